import type { ArrayValue, Link, ObjectValue } from '../code/facts/values';
import type { DocumentEdit } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';

/** `{ where, limit }` + `include: ['author']` → `{ where, limit, include: ['author'] }`, in the layout that the literal has. */
export function addEntry(source: string, object: Pick<ObjectValue, 'range'>, entry: string): DocumentEdit | undefined {
  return isLiteralAt(source, object.range, '{', '}') ? addBefore(source, object.range, entry, ' ') : undefined;
}

/** `['author']` + `'tags'` → `['author', 'tags']` */
export function addElement(source: string, array: ArrayValue, element: string): DocumentEdit | undefined {
  return isLiteralAt(source, array.range, '[', ']') ? addBefore(source, array.range, element, '') : undefined;
}

/** `findAll()` + `{ include }` → `findAll({ include })`; behind the arguments that are there. */
export function addArgument(source: string, { argumentsRange }: Link, argument: string): DocumentEdit | undefined {
  if (!argumentsRange || !isLiteralAt(source, argumentsRange, '(', ')')) return undefined;
  return addBefore(source, argumentsRange, argument, '');
}

function isLiteralAt(source: string, { start, end }: TextRange, open: string, close: string): boolean {
  return source[start] === open && source[end - 1] === close;
}

/** `padding`: between the brackets and what is in them, in one line. */
function addBefore(source: string, range: TextRange, text: string, padding: string): DocumentEdit | undefined {
  const close = range.end - 1;
  const inside = source.slice(range.start + 1, close);
  // A comma in or before a comment is not to be told apart from one behind it.
  if (/\/\/[^\n]*\n?\s*$|\*\/\s*$/.test(inside)) return undefined;
  const kept = inside.trimEnd();
  const at = range.start + 1 + kept.length;
  if (kept.trim() === '') {
    return { range: { start: range.start + 1, end: close }, newText: `${padding}${text}${padding}` };
  }
  const hasComma = kept.endsWith(',');
  const lines = inside.split('\n');
  if (lines.length === 1 || !/^\s*$/.test(lines.at(-1) ?? '')) {
    return { range: { start: at, end: at }, newText: `${hasComma ? '' : ','} ${text}` };
  }
  const indent = /^[ \t]*/.exec(lines.findLast((line) => line.trim() !== '') ?? '')?.[0] ?? '';
  return {
    range: { start: at, end: at },
    newText: `${hasComma ? '' : ','}\n${entryIndent(lines, indent)}${text}${hasComma ? ',' : ''}`,
  };
}

/** The first line's indent: the last one may be the end of a nested literal, which has the same. */
function entryIndent(lines: readonly string[], fallback: string): string {
  const first = lines.slice(1).find((line) => line.trim() !== '');
  return first === undefined ? fallback : (/^[ \t]*/.exec(first)?.[0] ?? fallback);
}

/** One edit as the list of all, where there is one. */
export function alone(edit: DocumentEdit | undefined): readonly DocumentEdit[] | undefined {
  return edit && [edit];
}

/** The file's quotes: `'`, unless it has more of `"`. */
export function quoted(source: string, text: string): string {
  const count = (quote: string) => source.split(quote).length;
  const quote = count('"') > count("'") ? '"' : "'";
  return `${quote}${text}${quote}`;
}

/** Any text as a literal: in the file's quotes, or as a template where it has quotes or line ends of its own. */
export function textLiteral(source: string, text: string): string {
  return /['"\\\r\n]/.test(text) ? textTemplate(text) : quoted(source, text);
}

/** Any text as a template literal without values. */
export function textTemplate(text: string): string {
  // A template reads a carriage return as a line feed.
  const escaped = text.replace(/[`\\]|\$\{/g, (special) => `\\${special}`).replaceAll('\r', '\\r');
  return `\`${escaped}\``;
}
