import type { Checkout } from '../code/pools/checkouts';
import type { EditFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import type { TextOf } from './code-fixes';

/**
 * `try: … finally: pool.putconn(connection)` around what is done with it, to the statement that gives it back or to the end of the
 * block. Undefined where it is given back in another way than by a statement of its own, where that is all that a block has, and
 * where a text goes over several lines.
 */
export function giveBackInPython(checkout: Checkout, textOf: TextOf): EditFix | undefined {
  const { at, name, binding, givingBack, lost } = checkout;
  const uri = at.file.uri;
  const source = textOf(uri);
  const facts = at.file.functions[at.function];
  if (source === undefined || !facts || !binding?.value || lost.length === 0) return undefined;
  const taking = lineAt(source, binding.range.start);
  const indent = indentOf(source, taking);
  if (
    source.slice(taking.start, binding.range.start) !== indent ||
    binding.range.end < taking.end - 1 - trailing(source, taking)
  )
    return undefined;
  const lines = linesBetween(source, taking.end, facts.range.end);
  const end = lines.findIndex((line) => !isBlank(source, line) && indentOf(source, line).length < indent.length);
  const block = withoutBlankEnd(source, end < 0 ? lines : lines.slice(0, end));
  const rest = { start: taking.end, end: block.at(-1)?.end ?? taking.end };
  const text = source.slice(rest.start, rest.end);
  if (block.length === 0 || /"""|'''|\\\r?\n/.test(text) || !isBalanced(text)) return undefined;
  const calls = givingBack.map((chain) => ({
    start: chain.rootRange.start,
    end: chain.links.at(-1)?.argumentsRange?.end ?? chain.range.end,
  }));
  const own = calls.map((call) => block.find((line) => isAlone(source, line, call)));
  if (own.some((line) => line === undefined)) return undefined;
  const removed = new Set(own);
  const call = calls[0];
  const ending = call ? source.slice(call.start, call.end) : newEnding(checkout, source);
  if (ending === undefined) return undefined;
  const outermost = block.findLastIndex((line) => removed.has(line) && indentOf(source, line) === indent);
  const held = outermost < 0 ? block : block.slice(0, outermost);
  const tail = outermost < 0 ? [] : block.slice(outermost + 1);
  // What only names a result needs no connection, and what follows otherwise is not to hold it.
  if (tail.some((line) => removed.has(line) || new RegExp(`\\b${name}\\b`).test(source.slice(line.start, line.end))))
    return undefined;
  const kept = held.filter((line) => !removed.has(line));
  if (!isWhole(source, kept) || kept.every((line) => isBlank(source, line))) return undefined;
  const unit = unitOf(source, indent, block);
  const awaits = isAwaitedIn(text, name, call ? source.slice(0, call.start) : undefined) ? 'await ' : '';
  const body = kept
    .map((line) => (isBlank(source, line) ? lineText(source, line) : unit + lineText(source, line)))
    .join('');
  const after = tail.map((line) => lineText(source, line)).join('');
  const newText = `${indent}try:\n${closed(body)}${indent}finally:\n${indent}${unit}${awaits}${ending}\n${after}`;
  // The last line of a file may have no end.
  const edits = [{ uri, range: rest, newText: text.endsWith('\n') ? newText : newText.replace(/\n$/, '') }];
  return { kind: 'edit', title: `Give ${name} back on every way (try … finally)`, edits };
}

/** `pool.putconn(connection)` beside `pool.getconn()`; `session.close()`. */
function newEnding({ kind, name, binding }: Checkout, source: string): string | undefined {
  if (!kind.isGiven) return `${name}.${kind.names[0]}()`;
  const value = binding?.value;
  if (value?.kind !== 'chain') return undefined;
  const taking = value.links.at(-1);
  const pool = taking && source.slice(value.range.start, taking.range.start).replace(/\.\s*$/, '');
  return pool && /^[\w.]+$/.test(pool) ? `${pool}.${kind.names[0]}(${name})` : undefined;
}

function lineAt(source: string, offset: number): TextRange {
  const end = source.indexOf('\n', offset);
  return { start: source.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? source.length : end + 1 };
}

function linesBetween(source: string, start: number, end: number): TextRange[] {
  const lines: TextRange[] = [];
  for (let at = start; at < end; at = lines.at(-1)?.end ?? end) lines.push(lineAt(source, at));
  return lines;
}

const lineText = (source: string, { start, end }: TextRange): string => source.slice(start, end);

const closed = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

const indentOf = (source: string, line: TextRange): string => /^[ \t]*/.exec(lineText(source, line))?.[0] ?? '';

const isBlank = (source: string, line: TextRange): boolean => lineText(source, line).trim() === '';

const trailing = (source: string, line: TextRange): number =>
  lineText(source, line).length - lineText(source, line).trimEnd().length;

function isAlone(source: string, line: TextRange, call: TextRange): boolean {
  if (call.start < line.start || call.end > line.end) return false;
  return (
    /^[ \t]*(?:await )?$/.test(source.slice(line.start, call.start)) && source.slice(call.end, line.end).trim() === ''
  );
}

/** As its own end is, else as what is asked of it. */
function isAwaitedIn(text: string, name: string, beforeEnd: string | undefined): boolean {
  return beforeEnd === undefined ? new RegExp(`\\bawait\\s+${name}\\.`).test(text) : /\bawait\s+$/.test(beforeEnd);
}

function withoutBlankEnd(source: string, lines: readonly TextRange[]): readonly TextRange[] {
  return lines.slice(0, lines.findLastIndex((line) => !isBlank(source, line)) + 1);
}

/** No block of it has lost its only statement. */
function isWhole(source: string, lines: readonly TextRange[]): boolean {
  const written = lines.filter((line) => !/^\s*(?:#.*)?$/.test(lineText(source, line)));
  return written.every((line, i) => {
    if (!/:\s*(?:#.*)?$/.test(lineText(source, line))) return true;
    const next = written[i + 1];
    return next !== undefined && indentOf(source, next).length > indentOf(source, line).length;
  });
}

/** Brackets over several lines would hide where the block ends. */
function isBalanced(text: string): boolean {
  const count = (brackets: RegExp) => text.match(brackets)?.length ?? 0;
  return count(/[([{]/g) === count(/[)\]}]/g);
}

function unitOf(source: string, indent: string, lines: readonly TextRange[]): string {
  const deeper = lines.map((line) => indentOf(source, line)).find((one) => one.length > indent.length);
  if (deeper?.startsWith(indent)) return deeper.slice(indent.length);
  return indent.startsWith('\t') ? '\t' : indent.length % 4 === 0 ? '    ' : '  ';
}
