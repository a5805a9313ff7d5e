import type { Repetition } from '../../../code/calls/repetition';
import type { DocumentEdit } from '../../../nouns/fix';
import type { TextRange } from '../../../nouns/text-range';
import { isTaken } from '../names';
import { snakePlural } from './names';

/** `for post in posts:` as a statement of its own. */
export interface PythonLoop {
  readonly source: string;
  /** The text of the function, whose names are its own. */
  readonly scope: string;
  /** The name of the list. A query that has none gets one. */
  readonly list: string;
  readonly row: string;
  /** Where lines can be put before it, and how far they are indented. */
  readonly before: number;
  readonly indent: string;
  /** From `for` to the end of its body. */
  readonly whole: TextRange;
  readonly body: TextRange;
  /** The query gets its name before the loop: `posts = Post.objects.all()`. */
  readonly lines: readonly string[];
  readonly edits: readonly DocumentEdit[];
}

const head = /^for\s+(?<row>[a-z_]\w*)\s+in\s+(?<over>[\s\S]+)$/i;

/** Undefined for comprehensions, and where the list cannot be gone over twice (`isOnce`: it need not be). */
export function pythonLoop({ loop, inner }: Repetition, source: string, isOnce = false): PythonLoop | undefined {
  if (loop.kind !== 'for of' || loop.uri !== inner.uri) return undefined;
  const { start, end } = loop.headRange;
  const { row, over } = head.exec(source.slice(start, end))?.groups ?? {};
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const indent = source.slice(line, start);
  if (row === undefined || over === undefined || row !== loop.rowName || !/^[ \t]*$/.test(indent)) return undefined;
  if (loop.bodyRange.start < end || !/^\s*:/.test(source.slice(end, loop.bodyRange.start))) return undefined;
  // `else:` of the loop.
  if (/^\s*else\s*:/.test(source.slice(loop.bodyRange.end))) return undefined;
  const facts = loop.at.file.functions[loop.at.function];
  const scope = facts ? source.slice(facts.range.start, facts.range.end) : source;
  const whole = { start, end: loop.bodyRange.end };
  const shared = { source, scope, row, indent, before: aboveComments(source, line), whole, body: loop.bodyRange };
  // A comprehension's name is not known behind it.
  const after = codeOf(source.slice(whole.end, facts?.range.end ?? source.length));
  if (isOnce)
    return new RegExp(`\\b${row}\\b`).test(after) || over.includes('\n')
      ? undefined
      : { ...shared, list: over, lines: [], edits: [] };
  if (/^[a-z_]\w*$/i.test(over)) {
    const bindings = facts?.bindings.filter(({ pattern }) => pattern.name === over) ?? [];
    const [binding] = bindings;
    const value = binding?.value?.range;
    const isOwn = bindings.length === 1 && !binding?.isElement && value !== undefined;
    return isOwn && isKept(source.slice(value.start, value.end))
      ? { ...shared, list: over, lines: [], edits: [] }
      : undefined;
  }
  const list = snakePlural(row);
  if (list === row || isTaken(scope, list) || /\n/.test(over) || !isKept(over)) return undefined;
  const at = end - over.length;
  const edits = [{ uri: loop.uri, range: { start: at, end }, newText: list }];
  return { ...shared, list, lines: [`${list} = ${over}`], edits };
}

function aboveComments(source: string, line: number): number {
  let start = line;
  while (start > 0) {
    const above = source.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*#/.test(source.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** Without comments and plain texts; a text with values in it has names. */
function codeOf(text: string): string {
  return text
    .replace(/(?<![\w])[rbu]?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g, "''")
    .replace(/(?<=^|\s)#[^\n]*/g, ' ');
}

const harmless =
  'print|len|str|int|float|bool|repr|sum|max|min|sorted|list|dict|set|tuple|isinstance|round|abs|any|all|zip|enumerate|range|append|extend|join|format|items|keys|values|strip|lower|upper|title|split|replace|startswith|endswith|isoformat|strftime|setdefault|Decimal';

/** Whether it calls nothing but what is known to ask and change nothing. */
export function isHarmless(code: string): boolean {
  const known = new RegExp(`^(?:${harmless}|if|elif|while|and|or|not|in|is|return|else|for|lambda|except)$`);
  return [...codeOf(code).matchAll(/(\w+)\s*\(/g)].every((found) => known.test(found[1] ?? ''));
}

/** It can be gone over twice: a query, or a list of what it gives; no generator, no `reversed(…)`. */
function isKept(text: string): boolean {
  return /^(?:(?:list|tuple|sorted)\(|[a-z_]\w*\.)/i.test(text);
}

/**
 * Whether the rest of the turn may change what is asked: it sets a property, or calls something of which it is not known
 * what it does.
 */
export function mayChange({ source, body }: PythonLoop, range: TextRange): boolean {
  const rest = codeOf(`${source.slice(body.start, range.start)} ${source.slice(range.end, body.end)}`);
  return (
    !isHarmless(rest) ||
    /[\w)\]]\s*\.\s*\w+\s*(?:[-+*/%&|^@]|\/\/|\*\*|<<|>>)?=(?!=)/.test(rest) ||
    /\b(?:await|yield|del|global|nonlocal|with)\b/.test(rest)
  );
}

/** Lines before the loop, and the edits of the loop itself. */
export function editsOf(loop: PythonLoop, uri: string, lines: readonly string[], edits: readonly DocumentEdit[]) {
  const newline = loop.source.includes('\r\n') ? '\r\n' : '\n';
  const text = [...loop.lines, ...lines].map((line) => `${loop.indent}${line}${newline}`).join('');
  const range = { start: loop.before, end: loop.before };
  return [{ uri, range, newText: text }, ...loop.edits, ...edits.map((edit) => ({ ...edit, uri }))];
}
