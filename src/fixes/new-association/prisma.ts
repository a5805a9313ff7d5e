import type { Model } from '../../code/models/model';
import { camelCase, pascalCase, plural } from '../batch/names';
import type { TextOf } from '../code-fixes';
import { type AssociationWriter, areAssociated, type FileEdit, type MissingAssociation } from './missing-association';

/** `author User @relation(fields: [authorId], references: [id])` behind the key, and `posts Post[]` in User, which Prisma demands. */
export const prismaRelation: AssociationWriter = (missing, textOf) => {
  const { model, target, name, key, referenced } = missing;
  const source = textOf(model.uri);
  const range = key.column?.range;
  if (source === undefined || !range) return undefined;
  const line = source.lastIndexOf('\n', range.start) + 1;
  const [, indent, property, gap = '', type = '', typeGap = ''] =
    /^([ \t]*)(\w+)([ \t]+)(\w+\??)([ \t]*)/.exec(source.slice(line)) ?? [];
  if (indent === undefined || property !== key.property) return undefined;
  // Two relations between the same models are told apart by name.
  const relation = areAssociated(missing) ? `${model.name}${pascalCase(name)}` : undefined;
  if (relation !== undefined && source.includes(`"${relation}"`)) return undefined;
  const opposite = oppositeOf(missing, relation, textOf);
  if (!opposite) return undefined;
  const named = relation === undefined ? '' : `"${relation}", `;
  const words = [
    name.padEnd(property.length + gap.length - 1),
    `${target.name}${type.endsWith('?') ? '?' : ''}`.padEnd(type.length + typeGap.length - 1),
    `@relation(${named}fields: [${key.property}], references: [${referenced.property}])`,
  ];
  const end = endOfLine(source, range.end);
  return [{ uri: model.uri, range: { start: end, end }, newText: `\n${indent}${words.join(' ')}` }, opposite];
};

/** Behind the last field of the model that is referenced. */
function oppositeOf(
  { model, target, name }: MissingAssociation,
  relation: string | undefined,
  textOf: TextOf,
): FileEdit | undefined {
  const source = textOf(target.uri);
  const body = source === undefined ? undefined : blockOf(target, source);
  if (source === undefined || !body) return undefined;
  const { text, start } = body;
  const many = camelCase(plural(model.name));
  const isFree = (field: string) => !new RegExp(`^[ \\t]*${field}\\s`, 'm').test(text);
  const field = [many, `${name}${pascalCase(many)}`].find(isFree);
  const fields = [...text.matchAll(/^([ \t]*)([A-Za-z]\w*)([ \t]+)[^\n]*/gm)];
  const last = fields.at(-1);
  if (field === undefined || !last) return undefined;
  const [, indent = '', property = '', gap = ''] = last;
  const at = endOfLine(source, start + last.index);
  const attribute = relation === undefined ? '' : ` @relation("${relation}")`;
  const newText = `\n${indent}${field.padEnd(property.length + gap.length - 1)} ${model.name}[]${attribute}`;
  return { uri: target.uri, range: { start: at, end: at }, newText };
}

/** The lines between the braces of `model User { … }`. */
function blockOf({ range }: Model, source: string): { readonly text: string; readonly start: number } | undefined {
  const head = /^\s*\{[^\n]*\n/.exec(source.slice(range.end));
  if (!head) return undefined;
  const start = range.end + head[0].length;
  const end = /^[ \t]*\}/m.exec(source.slice(start));
  return end ? { text: source.slice(start, start + end.index), start } : undefined;
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  const at = end < 0 ? source.length : end;
  return source[at - 1] === '\r' ? at - 1 : at;
}
