import type { TextOf } from '../code-fixes';
import { quoted } from '../object-edit';
import { closingOf, isKnown } from './declarations';
import { decoratedProperty } from './decorated-property';
import type { AssociationWriter, FileEdit, MissingAssociation } from './missing-association';

/** `Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' })` beside the other associations; `@BelongsTo` of a decorated class. */
export const sequelizeAssociation: AssociationWriter = (missing, textOf) => {
  const { model, target, name, key } = missing;
  const source = textOf(model.uri);
  if (source === undefined) return undefined;
  const before = source.slice(0, model.range.start);
  const isClass = /\bclass\s+$/.test(before);
  if (isClass && /@Table\b/.test(before)) {
    const decorators = (own: string) => [`@BelongsTo(() => ${target.name}, ${quoted(own, key.property)})`];
    return decoratedProperty(missing, textOf, { names: ['BelongsTo'], from: 'sequelize-typescript', decorators });
  }
  // A class in TypeScript names its properties: `declare author?: User`.
  if (isClass && /\.[cm]?ts$/.test(model.uri)) return undefined;
  if (new RegExp(`\\bas:\\s*['"]${name}['"]`).test(source) && model.associations.length === 0) return undefined;
  return besideOwn(missing, textOf) ?? inAssociate(missing, source) ?? besideOthers(missing, textOf);
};

/** Behind the last association of the model, in the same words. */
function besideOwn({ model, target, name, key }: MissingAssociation, textOf: TextOf): readonly FileEdit[] | undefined {
  const last = model.associations.at(-1);
  const uri = last?.uri ?? model.uri;
  const source = textOf(uri);
  if (!last || source === undefined) return undefined;
  const call = statementOf(source, last.range.start, last.range.end);
  const [, prefix, shown] = /^\s*((?:[\w$]+\.)*)([\w$]+)\s*[,)]/.exec(call?.given ?? '') ?? [];
  if (!call || prefix === undefined || shown === undefined) return undefined;
  // `models.Comment`: the models are called by their names there.
  if (prefix === '' ? !isKnown(source, target.name) : shown !== last.target) return undefined;
  return [
    added(
      source,
      uri,
      call,
      `${call.receiver}.belongsTo(${prefix}${target.name}, ${options(source, name, key.property)})`,
    ),
  ];
}

/** `static associate(models) { … }`, `Post.associate = (models) => { … }` that has none yet. */
function inAssociate(
  { model, target, name, key }: MissingAssociation,
  source: string,
): readonly FileEdit[] | undefined {
  if (model.associations.length > 0) return undefined;
  const heads = [
    ...source.matchAll(
      /^([ \t]*)(?:static\s+associate\s*\(\s*([\w$]+)[^)]*\)|([\w$]+)\.associate\s*=\s*(?:function\s*\w*\s*\(\s*([\w$]+)\s*\)|\(?\s*([\w$]+)\s*\)?\s*=>))\s*\{/gm,
    ),
  ];
  const [head] = heads;
  if (!head || heads.length > 1) return undefined;
  const [whole, indent = '', ofStatic, receiver = model.name, ofFunction, ofArrow] = head;
  const models = ofStatic ?? ofFunction ?? ofArrow;
  const open = head.index + whole.length - 1;
  const close = closingOf(source, open);
  const isNamed = receiver === model.name && new RegExp(`\\b${receiver}\\b`).test(source.slice(0, head.index));
  if (close < 0 || models === undefined || !isNamed) return undefined;
  const inside = source.slice(open + 1, close);
  const at = open + 1 + inside.trimEnd().length;
  const text = `${receiver}.belongsTo(${models}.${target.name}, ${options(source, name, key.property)})`;
  const newText = `\n${indent}  ${text}${semicolon(source)}${/\n\s*$/.test(inside) ? '' : `\n${indent}`}`;
  return [{ uri: model.uri, range: { start: at, end: at }, newText }];
}

/** Behind the last association in a file that knows both models. */
function besideOthers(
  { model, target, name, key }: MissingAssociation,
  textOf: TextOf,
): readonly FileEdit[] | undefined {
  if (model.associations.length > 0) return undefined;
  for (const uri of new Set([...target.associations.map((each) => each.uri ?? target.uri), model.uri, target.uri])) {
    const source = textOf(uri);
    const last = source && [...source.matchAll(/^[\w$]+\.(?:belongsTo|hasOne|hasMany|belongsToMany)(?=\()/gm)].at(-1);
    if (!source || !last || !isKnown(source, model.name) || !isKnown(source, target.name)) continue;
    const end = last.index + last[0].length;
    const call = statementOf(source, last.index + last[0].lastIndexOf('.') + 1, end);
    if (call)
      return [
        added(source, uri, call, `${model.name}.belongsTo(${target.name}, ${options(source, name, key.property)})`),
      ];
  }
  return undefined;
}

interface Statement {
  readonly indent: string;
  readonly receiver: string;
  /** What stands between the parentheses. */
  readonly given: string;
  readonly end: number;
  readonly semicolon: string;
}

/** `  Post.hasMany(models.Comment, { … });` on lines of its own. */
function statementOf(source: string, start: number, end: number): Statement | undefined {
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const [, indent, receiver] = /^([ \t]*)([\w$]+)\.$/.exec(source.slice(line, start)) ?? [];
  const close = source[end] === '(' ? closingOf(source, end) : -1;
  const [behind, semicolon] = /^(;?)[ \t]*(?:\/\/[^\n]*)?(?=\r?\n|$)/.exec(source.slice(close + 1)) ?? [];
  if (indent === undefined || receiver === undefined || close < 0 || behind === undefined) return undefined;
  const given = source.slice(end + 1, close + 1);
  return { indent, receiver, given, end: close + 1 + behind.length, semicolon: semicolon ?? '' };
}

function added(source: string, uri: string, { indent, end, semicolon }: Statement, text: string): FileEdit {
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  return { uri, range: { start: end, end }, newText: `${newline}${indent}${text}${semicolon}` };
}

function options(source: string, name: string, key: string): string {
  return `{ as: ${quoted(source, name)}, foreignKey: ${quoted(source, key)} }`;
}

function semicolon(source: string): string {
  return /;[ \t]*\r?\n/.test(source) ? ';' : '';
}
