import { createHash } from 'node:crypto';
import { elementsOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { parameterOf, quoted, type StatementText } from '../support/statement-text';
import type { Entity } from './entity';

/** PostgreSQL's names have 63 bytes: a longer alias is replaced by its hash. */
export function aliasOf(joiner: '_' | '__', ...parts: readonly string[]): string {
  const name = parts.join(joiner);
  return name.length > 63 ? createHash('sha1').update(name).digest('hex').slice(0, 63) : name;
}

/** `post.authorId = $1` → `"post"."author_id" = $1`: for every alias of an entity, or (prefix '') for the only one. */
export function replaceProperties(text: string, prefixes: ReadonlyMap<string, Entity>): string {
  if (prefixes.size === 0) return text;
  const columns = new Map([...prefixes].map(([prefix, entity]) => [prefix, columnNames(entity)]));
  const names = [...columns.keys()].map((prefix) => prefix.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const pattern = new RegExp(`([ =(]|^.{0})(${names})([^ =(),]+)(?=[ =),]|.{0}$)`, 'gm');
  return text.replaceAll(pattern, (match, before: string, prefix: string, property: string) => {
    const column = columns.get(prefix)?.get(property);
    if (column === undefined) return match;
    return before + (prefix === '' ? '' : `${quoted(prefix.slice(0, -1))}.`) + quoted(column);
  });
}

/** What a name in a condition stands for; later ones win: relation, relation's key, column's name, property, path. */
function columnNames(entity: Entity): Map<string, string> {
  const names = new Map<string, string>();
  for (const { path, joinColumns } of entity.relations) {
    if (joinColumns[0] !== undefined) names.set(path, joinColumns[0].column);
  }
  for (const { path, joinColumns } of entity.relations) {
    for (const { referenced, column } of joinColumns) names.set(`${path}.${referenced}`, column);
  }
  for (const { column } of entity.columns) names.set(column, column);
  for (const { property, column } of entity.columns) names.set(property, column);
  for (const { path, column } of entity.columns) names.set(path, column);
  return names;
}

/** `:name` and `:...names` → parameters, where a value is known for the name. */
export function bindParameters(sql: string, parameters: ReadonlyMap<string, Value>, text: StatementText): string {
  return sql.replaceAll(
    /(?<!:):(\.\.\.)?([A-Za-z_][A-Za-z0-9_.]*)/g,
    (whole, list: string | undefined, name: string) => {
      const value = parameters.get(name);
      if (value === undefined) return whole;
      const elements = list === undefined ? undefined : elementsOf(value);
      if (elements !== undefined && elements.length > 0) return elements.map((each) => text.value(each)).join(', ');
      return text.parameter({ ...parameterOf(value), ...(list === undefined ? {} : { isArray: true }) });
    },
  );
}
