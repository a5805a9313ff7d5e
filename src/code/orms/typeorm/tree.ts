import { stringOf } from '../../facts/value-access';
import type { LibraryCall } from '../support/library-calls';
import type { Declaration } from './declaration';
import type { EntityColumn, TreeKind } from './entity';
import type { NamingStrategy } from './naming';

/** What `@Tree('materialized-path')` says among the decorators of a class; nothing more than relations for 'adjacency-list'. */
export function treeKind(calls: readonly LibraryCall[]): TreeKind | undefined {
  const kind = stringOf(calls.find(({ name }) => name === 'Tree')?.arguments[0]);
  return kind === 'closure-table' || kind === 'materialized-path' || kind === 'nested-set' ? kind : undefined;
}

/** `@Tree('closure-table', { closureTableName })` */
export function treeNotes(calls: readonly LibraryCall[]): string[] {
  const hasOptions = calls.some(({ name, arguments: [, options] }) => name === 'Tree' && options !== undefined);
  return hasOptions ? ['The names that @Tree gives to the table of its pairs are not read.'] : [];
}

/** Columns that TypeORM keeps by itself. */
export function treeColumns({ tree, range }: Declaration, naming: NamingStrategy): EntityColumn[] {
  const names = tree === 'materialized-path' ? ['mpath'] : tree === 'nested-set' ? ['nsleft', 'nsright'] : [];
  return names.map((name) => ({
    path: name,
    property: name,
    column: naming.columnName(name, name, []),
    isSelected: true,
    isInserted: true,
    isUpdated: true,
    hasDefault: true,
    isVirtual: true,
    range,
  }));
}
