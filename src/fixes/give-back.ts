import type { Checkout } from '../code/pools/checkouts';
import type { EditFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import { freeName, isTaken } from './batch/names';
import { usesNamesOf, withoutComments } from './batch/turn-text';
import type { TextOf } from './code-fixes';
import { giveBackFirst } from './give-back-callback';
import { giveBackInPython } from './give-back-python';

/**
 * `try { … } finally { client.release(); }` around what is done with a connection, or `catch { await t.rollback(); }` behind a
 * transaction's commit. Undefined where it is given back in another way than by a statement of its own, or where the block cannot
 * be closed without changing what the function does.
 */
export function giveBack(checkout: Checkout, textOf: TextOf): EditFix | undefined {
  const { at, kind, binding, lost } = checkout;
  if (checkout.forgetting) return giveBackFirst(checkout, textOf);
  if (at.file.languageId === 'ruby') return undefined;
  if (at.file.languageId === 'python') return giveBackInPython(checkout, textOf);
  const uri = at.file.uri;
  const source = textOf(uri);
  const facts = at.file.functions[at.function];
  const end = binding?.value?.range.end;
  if (source === undefined || !facts || !binding || end === undefined || lost.length === 0) return undefined;
  const block = blockOf(binding.scope ?? facts.range, source);
  const start = end + (source[end] === ';' ? 1 : 0);
  const layout = layoutOf(source, binding.range.start, end);
  if (!block || !layout || source.slice(start).split('\n', 1)[0]?.trim() !== '') return undefined;
  const rest: TextRange = { start, end: block.end };
  const made =
    kind.noun === 'transaction' ? rolledBack(checkout, source, rest, layout) : released(checkout, source, rest, layout);
  if (!made) return undefined;
  const title =
    kind.noun === 'transaction'
      ? `Roll ${checkout.name} back when something fails`
      : `Give ${checkout.name} back on every way (try … finally)`;
  return { kind: 'edit', title, edits: [{ uri, ...made }] };
}

interface Layout {
  /** Of the statement that takes it. */
  readonly indent: string;
  /** One more step. */
  readonly unit: string;
  readonly semicolon: string;
}

interface Replacement {
  readonly range: TextRange;
  readonly newText: string;
}

/** From its first line to its closing brace; undefined for what is no block of lines. */
function blockOf({ start, end }: TextRange, source: string): TextRange | undefined {
  const close = end - 1;
  if (source[close] !== '}') return undefined;
  const line = source.lastIndexOf('\n', close) + 1;
  return source.slice(line, close).trim() === '' ? { start, end: line } : undefined;
}

/** Undefined where the statement does not begin its line. */
function layoutOf(source: string, name: number, end: number): Layout | undefined {
  const line = source.lastIndexOf('\n', name) + 1;
  const written = /^([ \t]*)(?:const|let|var)\s+$/.exec(source.slice(line, name));
  if (!written) return undefined;
  const indent = written[1] ?? '';
  const unit = indent.startsWith('\t')
    ? '\t'
    : /^\n? {4}(?! )/m.test(source) && !/^ {2}(?! )/m.test(source)
      ? '    '
      : '  ';
  return { indent, unit, semicolon: source[end] === ';' ? ';' : '' };
}

function released(
  { name, kind, givingBack, at }: Checkout,
  source: string,
  rest: TextRange,
  layout: Layout,
): Replacement | undefined {
  const { indent, unit, semicolon } = layout;
  const lines = givingBack.map((chain) =>
    ownLine(source, chain.rootRange.start, chain.links.at(-1)?.argumentsRange?.end ?? chain.range.end),
  );
  const own = lines.filter((line) => line !== undefined);
  if (own.length < lines.length || own.some((line) => !isIn(line, rest))) return undefined;
  if (givingBack.some((chain) => (chain.links.at(-1)?.arguments?.length ?? 0) > 0)) return undefined;
  const ending = `${kind.library === 'typeorm' ? 'await ' : ''}${name}.${kind.names[0]}()${semicolon}`;
  const last = `finally {\n${indent}${unit}${ending}\n${indent}}`;
  const only = onlyTry(at.file.functions[at.function]?.ways ?? [], source, rest, own);
  if (only !== undefined) {
    const newText = `${without(source, { start: rest.start, end: only }, own)} ${last}${without(source, { start: only, end: rest.end }, own)}`;
    return { range: rest, newText };
  }
  const split = own.find((line) => indentAt(source, line) === indent);
  const inner = split ? { start: rest.start, end: split.start } : rest;
  const after = split ? source.slice(split.end, rest.end) : '';
  const isCut = split !== undefined && !usesNamesOf(source.slice(inner.start, inner.end), after);
  // What is waited for behind it would be waited for with the connection in hand.
  if (split && !isCut && /\bawait\b/.test(withoutComments(after))) return undefined;
  const held = isCut ? inner : rest;
  const body = indented(without(source, held, own), unit);
  if (body === undefined) return undefined;
  const behind = isCut ? without(source, { start: split.end, end: rest.end }, own) : '';
  return { range: rest, newText: `\n${indent}try {${body}${indent}} ${last}\n${behind}` };
}

function rolledBack(
  { name, givingBack }: Checkout,
  source: string,
  rest: TextRange,
  layout: Layout,
): Replacement | undefined {
  const { indent, unit, semicolon } = layout;
  const [commit, ...others] = givingBack;
  const link = commit?.links.at(-1);
  if (!commit || others.length > 0 || link?.name !== 'commit' || !link.argumentsRange) return undefined;
  const line = ownLine(source, commit.rootRange.start, link.argumentsRange.end);
  if (!line || !isIn(line, rest) || indentAt(source, line) !== indent) return undefined;
  const inner = { start: rest.start, end: line.end };
  const after = source.slice(line.end, rest.end);
  const isUsed = usesNamesOf(source.slice(inner.start, inner.end), after);
  // A name alone cannot fail, so that nothing is rolled back that was committed.
  if (isUsed && !/^\s*return\b[\w$.\s]*;?\s*$/.test(withoutComments(after))) return undefined;
  const held = isUsed ? rest : inner;
  const body = indented(source.slice(held.start, held.end), unit);
  if (body === undefined) return undefined;
  const error = isTaken(source.slice(rest.start, rest.end), 'error') ? freeName(source, 'error') : 'error';
  const caught = `catch (${error}) {\n${indent}${unit}await ${name}.rollback()${semicolon}\n${indent}${unit}throw ${error}${semicolon}\n${indent}}`;
  return { range: rest, newText: `\n${indent}try {${body}${indent}} ${caught}\n${isUsed ? '' : after}` };
}

/** The whole line, with its end, of a statement that stands alone on it; undefined for any other. */
function ownLine(source: string, start: number, end: number): TextRange | undefined {
  const line = source.lastIndexOf('\n', start) + 1;
  const next = source.indexOf('\n', end);
  if (next < 0 || !/^[ \t]*(?:await\s+)?$/.test(source.slice(line, start))) return undefined;
  return /^;?[ \t\r]*$/.test(source.slice(end, next)) ? { start: line, end: next + 1 } : undefined;
}

/** The end of a `try` that is all there is, and has no `finally` yet. */
function onlyTry(
  ways: NonNullable<Checkout['at']['file']['functions'][number]['ways']>,
  source: string,
  rest: TextRange,
  own: readonly TextRange[],
): number | undefined {
  for (const way of ways) {
    if (way.kind !== 'try' || way.finalizer || !isIn(way.body, rest)) continue;
    const end = way.handler?.end ?? way.body.end;
    const isFirst = /^\s*try\s*$/.test(source.slice(rest.start, way.body.start));
    if (isFirst && without(source, { start: end, end: rest.end }, own).trim() === '') return end;
  }
  return undefined;
}

function without(source: string, { start, end }: TextRange, lines: readonly TextRange[]): string {
  const inside = lines.filter((line) => line.start >= start && line.end <= end).sort((a, b) => a.start - b.start);
  let text = '';
  let from = start;
  for (const line of inside) {
    text += source.slice(from, line.start);
    from = line.end;
  }
  return text + source.slice(from, end);
}

/** One step further to the right; undefined where a text goes over several lines, which would be another text then. */
function indented(text: string, unit: string): string | undefined {
  if (text.trim() === '') return undefined;
  if (text.match(/`[^`]*`/g)?.some((template) => template.includes('\n'))) return undefined;
  return text.replaceAll(/\n(?=[^\r\n])/g, `\n${unit}`).replace(/\n[ \t]*$/, '\n');
}

const indentAt = (source: string, { start }: TextRange): string =>
  /^[ \t]*/.exec(source.slice(start, start + 200))?.[0] ?? '';

function isIn(inner: TextRange, outer: TextRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
