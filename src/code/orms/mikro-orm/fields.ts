import { elementsOf, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { quoted } from '../support/statement-text';
import { columnsIn, type MikroEntity, primaryProps, propOf } from './entity';
import type { Hint } from './populate';
import type { SelectQuery } from './select-query';

export function mainFields(
  entity: MikroEntity,
  query: SelectQuery,
  hints: readonly Hint[],
  fields: readonly string[] | undefined,
  exclude: readonly string[],
): string[] {
  const all = (columns: readonly string[]) => columns.map((column) => query.column(query.alias, column));
  if (fields !== undefined) {
    const keys = primaryProps(entity).filter((key) => !fields.includes(key.name));
    const chosen = fields.flatMap((field) => {
      if (field === '*') return [`${quoted(query.alias)}.*`];
      const [name = '', ...rest] = field.split('.');
      const prop = propOf(entity, name);
      if (prop === undefined || prop.isVirtual) return [];
      const inner = rest.length === 0 ? undefined : prop.embedded?.find((each) => each.name === rest[0]);
      return all(columnsIn(inner ?? prop));
    });
    return [...all(keys.flatMap(columnsIn)), ...chosen];
  }
  const lazy = entity.props.filter(
    (prop) => prop.isLazy && !hints.some((hint) => hint.prop === prop) && !prop.isVirtual,
  );
  if (exclude.length === 0 && lazy.length === 0) return [`${quoted(query.alias)}.*`];
  const kept = entity.props.filter((prop) => !prop.isVirtual && !lazy.includes(prop) && !exclude.includes(prop.name));
  return all(kept.flatMap(columnsIn));
}

export function joinedColumns(
  entity: MikroEntity,
  hints: readonly Hint[],
  fields: readonly string[] | undefined,
  exclude: readonly string[],
): string[] {
  return entity.props
    .filter((prop) => {
      if (prop.isVirtual || exclude.includes(prop.name)) return false;
      if (prop.isLazy && !hints.some((hint) => hint.prop === prop)) return false;
      return fields === undefined || prop.isPrimary || fields.some((field) => field.split('.')[0] === prop.name);
    })
    .flatMap(columnsIn);
}

export function aliased(query: SelectQuery, alias: string, column: string): string {
  return `${query.column(alias, column)} as ${quoted(`${alias}__${column}`)}`;
}

/** Those below `author`: ['title', 'author.email'] → ['email']; undefined: all. */
export function below(fields: readonly string[] | undefined, name: string): string[] | undefined {
  const own = (fields ?? []).flatMap((field) => (field.startsWith(`${name}.`) ? field.slice(name.length + 1) : []));
  return own.length === 0 ? undefined : own;
}

export function textsOf(value: Value | undefined): string[] | undefined {
  return elementsOf(value)?.flatMap((each) => stringOf(each) ?? []);
}
