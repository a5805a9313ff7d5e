import { addEntry, quoted } from '../object-edit';
import { classBody, closingOf, isKnown } from './declarations';
import type { AssociationWriter, FileEdit } from './missing-association';

/** `author: { relation: Model.BelongsToOneRelation, modelClass: User, join: { … } }` in the `relationMappings` that are there. */
export const objectionMapping: AssociationWriter = ({ model, target, name, key, referenced }, textOf) => {
  const source = textOf(model.uri);
  const body = source === undefined ? undefined : classBody(source, model.range.end);
  if (source === undefined || !body) return undefined;
  const text = source.slice(body.start, body.end);
  const head =
    /\brelationMappings\b[^{}]*?(?:=>\s*\(?|=)\s*\{(?=\s*\w+:\s*\{)|\brelationMappings\(\)\s*\{[^{}]*\breturn\s*\{/.exec(
      text,
    );
  const open = head ? body.start + head.index + head[0].length - 1 : -1;
  const close = open < 0 ? -1 : closingOf(source, open);
  const mappings = source.slice(open, close + 1);
  const [, owner] = /\brelation:\s*((?:[\w$]+\.)?)\w+Relation\b/.exec(mappings) ?? [];
  const isByClass = /\bmodelClass:\s*[A-Z][\w$]*\s*[,}\n]/.test(mappings);
  if (close < 0 || !owner || !isByClass || !isKnown(source, target.name)) return undefined;
  const column = columnIn(mappings, key.property);
  if (column === undefined) return undefined;
  const join = `{ from: ${quoted(source, `${model.table}.${column}`)}, to: ${quoted(source, `${target.table}.${referenced.column}`)} }`;
  const mapping = `${name}: { relation: ${owner}BelongsToOneRelation, modelClass: ${target.name}, join: ${join} }`;
  const entry = addEntry(source, { range: { start: open, end: close + 1 } }, mapping);
  const property = propertyOf(model.uri, source, body, key.property, [name, `${target.name} | null`]);
  return entry && property && [{ ...entry, uri: model.uri }, ...property];
};

/** As the joins that are there write names: `author_id`, or `authorId` where Knex makes the names. */
function columnIn(mappings: string, property: string): string | undefined {
  if (!/[A-Z]/.test(property)) return property;
  const columns = [...mappings.matchAll(/['"]\w+\.(\w+)['"]/g)].map(([, column = '']) => column);
  const isSnake = columns.some((column) => column.includes('_'));
  const isCamel = columns.some((column) => /[a-z][A-Z]/.test(column));
  if (isSnake === isCamel) return undefined;
  return isSnake ? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : property;
}

/** `author!: User | null;` behind the key's own property; JavaScript names none. */
function propertyOf(
  uri: string,
  source: string,
  body: { readonly start: number; readonly end: number },
  key: string,
  [name, type]: readonly [name: string, type: string],
): readonly FileEdit[] | undefined {
  if (!/\.[cm]?ts$/.test(uri)) return [];
  const own = new RegExp(`^([ \\t]*)((?:declare\\s+)?)${key}([!?]?):[^\\n;]*(;?)[ \\t]*$`, 'm').exec(
    source.slice(body.start, body.end),
  );
  if (!own) return undefined;
  const [whole, indent, declared, mark, semicolon] = own;
  const at = body.start + own.index + whole.length;
  return [{ uri, range: { start: at, end: at }, newText: `\n${indent}${declared}${name}${mark}: ${type}${semicolon}` }];
}
