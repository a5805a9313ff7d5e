import type { PoolUse } from '../code/pools/pool-use';
import type { DocumentEdit, EditFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import type { TextOf } from './code-fixes';

const note =
  'The pool is made when the file is loaded: what sets the variables that it reads (dotenv) has to come before. It is not ended after a request any more.';

/**
 * The pool's declaration above the function at the top of the file, and without the calls that end it. Undefined where one of those
 * is no statement of its own, or where nobody sees the beginning of what the function stands in.
 */
export function hoistPool({ path, perRequest }: PoolUse, textOf: TextOf): EditFix | undefined {
  const source = textOf(path);
  const { hoistable } = perRequest ?? {};
  if (source === undefined || !hoistable) return undefined;
  const { name, range, ends, outermost } = hoistable;
  const declared = ownLines(source, range, /^[ \t]*const[ \t]+$/);
  const removed = ends.map((end) => ownLines(source, end, /^[ \t]*(?:await[ \t]+)?$/));
  const start = startOfStatement(source, outermost.start);
  if (!declared || start === undefined || removed.some((one) => one === undefined)) return undefined;
  const value = source.slice(range.start, range.end);
  if (/`[^`]*\n[^`]*`/.test(value) || /\bawait\b/.test(value)) return undefined;
  const indent = /^[ \t]*/.exec(source.slice(declared.start, range.start))?.[0] ?? '';
  const text = `const ${value}`.replaceAll(`\n${indent}`, '\n');
  const semicolon = source[range.end] === ';' ? ';' : '';
  const takenOut = [declared, ...removed].flatMap((one): DocumentEdit[] =>
    one ? [{ uri: path, range: one, newText: '' }] : [],
  );
  return {
    kind: 'edit',
    title: `Make ${name} once, outside of the function`,
    note,
    edits: [{ uri: path, range: { start, end: start }, newText: `${text}${semicolon}\n\n` }, ...takenOut],
  };
}

/** The whole lines of a statement that begins with `head` and stands alone on them. */
function ownLines(source: string, { start, end }: TextRange, head: RegExp): TextRange | undefined {
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const next = source.indexOf('\n', end);
  if (next < 0 || !head.test(source.slice(line, start)) || !/^;?[ \t\r]*$/.test(source.slice(end, next)))
    return undefined;
  return { start: line, end: next + 1 };
}

/** The first line without indent at or above the place, with the comments right above it; undefined where that is no beginning. */
function startOfStatement(source: string, place: number): number | undefined {
  let line = source.lastIndexOf('\n', place - 1) + 1;
  while (line > 0 && /^(?:\s|[)\]}.])/.test(source.slice(line, line + 1)))
    line = source.lastIndexOf('\n', line - 2) + 1;
  if (/^(?:\s|[)\]}.`])/.test(source.slice(line, line + 1))) return undefined;
  for (;;) {
    const above = line === 0 ? -1 : source.lastIndexOf('\n', line - 2) + 1;
    if (above < 0 || !/^(?:\/\/|\/\*|[ \t]\*|@)/.test(source.slice(above, line))) return line;
    line = above;
  }
}
