import type { FileFacts } from '../../code/facts/facts';
import type { Model } from '../../code/models/model';
import type { DocumentEdit, IndexColumn, IndexDefinition } from '../../nouns/fix';

/** Where one library's models keep their indexes; undefined for what its declarations cannot say. */
export type IndexWriter = (index: DeclaredIndex, model: Model, file: ModelFile) => readonly DocumentEdit[] | undefined;

/** The file in which a model is declared: its text, and what that says. */
export interface ModelFile {
  readonly source: string;
  readonly facts: FileFacts;
}

export interface DeclaredIndex extends IndexDefinition {
  readonly columns: readonly DeclaredColumn[];
}

export interface DeclaredColumn extends IndexColumn {
  /** The model's name of the column; undefined for an expression. */
  readonly property?: string;
}

/** The properties of an ascending btree; undefined where an index is, or says, more than that. */
export function plainProperties({ method, columns, include }: DeclaredIndex): readonly string[] | undefined {
  if (method !== 'btree' || isThere(include)) return undefined;
  const properties = columns.map(({ property, descending, nulls, operatorClass }) =>
    descending || nulls !== undefined || operatorClass !== undefined ? undefined : property,
  );
  return allKnown(properties);
}

export function isThere(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

/** Undefined unless all of them are known. */
export function allKnown<T>(list: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = list.filter((one) => one !== undefined);
  return known.length === list.length ? known : undefined;
}
