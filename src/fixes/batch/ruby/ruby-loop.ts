import type { Repetition } from '../../../code/calls/repetition';
import { pluralize } from '../../../code/facts/ruby/inflections';
import type { DocumentEdit } from '../../../nouns/fix';
import type { TextRange } from '../../../nouns/text-range';
import { isTaken } from '../names';

/** A loop of Ruby over rows, as it is written: `posts.each do |post|`, `Post.all.map { |post|`, `for post in posts`. */
export interface RubyLoop {
  readonly source: string;
  /** The text of the method, whose names are its own. */
  readonly scope: string;
  /** The name of the list: `posts`. A query that has none gets one. */
  readonly list: string;
  readonly row: string;
  /** Where lines can be put before it, and how far they are indented. */
  readonly before: number;
  readonly indent: string;
  /** The query gets its name before the loop: `posts = Post.all.to_a`. */
  readonly lines: readonly string[];
  readonly edits: readonly DocumentEdit[];
  /** Between the words that begin and end the block. */
  readonly body: TextRange;
  /** The whole statement. */
  readonly whole: TextRange;
  /** `Post.where(…)`, where the loop is over a query itself. */
  readonly query?: string;
  /** `each`, `map` */
  readonly method: string;
}

const methods =
  'each|map|flat_map|filter_map|each_with_index|select|reject|sum|to_h|index_with|group_by|sort_by|find_each';
const simple = `(?<list>@?[a-z_]\\w*)`;
const query = `(?<query>[A-Z][\\w:]*(?:\\.\\w+[?!]?(?:\\([^()\\n]*\\))?)*)`;
const head = new RegExp(`^(?:${simple}|${query})\\.(?<method>${methods})\\s*(?:\\{|do)\\s*\\|\\s*(?<row>[a-z_]\\w*)$`);
const forHead = new RegExp(`^for\\s+(?<row>[a-z_]\\w*)\\s+in\\s+(?:${simple}|${query})\\s*(?:do)?\\s*$`);

/** Undefined for any other loop, and where nothing can be put before it. */
export function rubyLoop({ loop, inner }: Repetition, source: string): RubyLoop | undefined {
  if (loop.uri !== inner.uri || (loop.kind !== 'callback' && loop.kind !== 'for of')) return undefined;
  const { start, end } = loop.headRange;
  const written = (loop.kind === 'callback' ? head : forHead).exec(source.slice(start, end))?.groups;
  const { list: named, query: asked, row, method = 'each' } = written ?? {};
  if (row === undefined || row !== loop.rowName) return undefined;
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const indent = /^[ \t]*/.exec(source.slice(line))?.[0] ?? '';
  const after = source.slice(loop.bodyRange.end, source.indexOf('\n', loop.bodyRange.end) + 1 || undefined);
  const isAlone = /^[ \t]*(?:@?[a-z_]\w*\s*=\s*|return\s+)?$/.test(source.slice(line, start));
  // `posts.each { … } if posts`
  if (!isAlone || !/^\s*(?:end)?\s*(?:#.*|\..*)?\s*$/.test(after) || !endsStatement(source.slice(0, line)))
    return undefined;
  const body = loop.kind === 'callback' ? inBlock(source, loop.bodyRange) : loop.bodyRange;
  if (!body) return undefined;
  const forEnd = /^\s*end\b/.exec(source.slice(loop.bodyRange.end))?.[0].length ?? 0;
  const whole = { start, end: loop.bodyRange.end + (loop.kind === 'callback' ? 0 : forEnd) };
  const scope = methodText(loop, source);
  const shared = { source, scope, row, indent, before: aboveComments(source, line), body, whole, method };
  if (named !== undefined) return { ...shared, list: named, lines: [], edits: [] };
  const list = pluralize(row);
  if (asked === undefined || list === row || isTaken(scope, list)) return undefined;
  const at = start + source.slice(start, end).indexOf(asked);
  const edits = [{ uri: loop.uri, range: { start: at, end: at + asked.length }, newText: list }];
  return { ...shared, list, lines: [`${list} = ${asked}.to_a`], edits, query: asked };
}

function methodText({ at }: Repetition['loop'], source: string): string {
  let facts = at.file.functions[at.function];
  while (facts && facts.name === '' && facts.parent !== undefined) facts = at.file.functions[facts.parent];
  return facts ? source.slice(facts.range.start, facts.range.end) : source;
}

/** `{ |post| … }`, `do |post| … end` → what stands between. */
function inBlock(source: string, { start, end }: TextRange): TextRange | undefined {
  const text = source.slice(start, end);
  const found = /^(?:\{|do)\s*\|[^|\n]*\|([\s\S]*?)(?:\}|\bend)$/.exec(text);
  if (!found) return undefined;
  const from = start + text.indexOf('|', text.indexOf('|') + 1) + 1;
  return { start: from, end: from + (found[1]?.length ?? 0) };
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

/** The line above does not go on. */
function endsStatement(before: string): boolean {
  const kept = before.replace(/(?:^[ \t]*(?:#[^\n]*)?\n)+$/m, '').trimEnd();
  return !/(?:[,([\\.=+*/&|?:-]|\b(?:and|or|not|unless|if|while|until|return))$/.test(kept.replace(/\|[^|\n]*\|$/, ''));
}

/** Something in the turn writes, sets a property, or reads anew: what is asked before the loop would not see it. */
export function changes({ source, body }: RubyLoop, range: TextRange): boolean {
  const rest = `${source.slice(body.start, range.start)} ${source.slice(range.end, body.end)}`;
  return (
    /(?<![\w@])(?:save|update\w*|create\w*|destroy\w*|delete\w*|insert\w*|upsert\w*|touch|increment|decrement|toggle|reload|build|push|assign_attributes)\b|\.\w+\s*<</.test(
      rest,
    ) || /[\w)\]]\.\w+\s*(?:[-+*/%&|^]{0,2})=(?![=~>])/.test(rest)
  );
}

/** Lines before the loop, and the edits of the loop itself. */
export function editsOf(loop: RubyLoop, uri: string, lines: readonly string[], edits: readonly DocumentEdit[]) {
  const newline = loop.source.includes('\r\n') ? '\r\n' : '\n';
  const text = [...loop.lines, ...lines].map((line) => `${loop.indent}${line}${newline}`).join('');
  const range = { start: loop.before, end: loop.before };
  return [{ uri, range, newText: text }, ...loop.edits, ...edits.map((edit) => ({ ...edit, uri }))];
}
