import type { Replaced, Wildcards } from '../nouns/query-site';
import { type Token, tokens } from '../sql/lexer';
import type { SqlParser } from '../sql/parser';
import { type BoundSql, bindPlaceholders, endsValue, type Placeholder } from '../sql/placeholders';
import type { MappedText, TextEdit } from '../sql/source-map';
import { wildcardsOfText } from '../sql/wildcards';

/** A query in which program text was pasted, made to parse as far as possible. */
export interface SettledSql extends BoundSql {
  /** What stands in the source where a name or a clause must be, and so could not become `$n`. */
  readonly replaced: readonly Replaced[];
}

interface Failure {
  readonly at: number;
  readonly starts: readonly number[];
}

/** Parses for one query at most; each takes some 0.1 ms. */
const mostAttempts = 40;

/**
 * Finds for each placeholder what makes the text parse: a parameter, or where a name or a clause must be, a name, nothing,
 * a list. `FROM ${table} ORDER BY ${column} ${direction}` → `FROM "${table}" ORDER BY $1`. Where nothing helps, every
 * placeholder stays a parameter.
 */
export function settleSplices(parser: SqlParser, mapped: MappedText, placeholders: readonly Placeholder[]): SettledSql {
  const given = [...placeholders].sort((a, b) => a.range.start - b.range.start);
  const { literals, clauses, wildcards } = insideText(mapped.text, given);
  const sorted = given.map((each, i) => ({ ...each, wildcards: each.wildcards ?? wildcards.get(i) }));
  const choices = sorted.map((_, i) => literals.get(i)?.newText ?? (clauses.has(i) ? '' : undefined));
  const whole = sorted.map((placeholder, i) => literals.get(i)?.range ?? placeholder.range);
  const numbers = numbered(sorted);
  let attempts = 0;
  const parse = (): Failure | undefined => {
    attempts++;
    const { text, starts } = fill(mapped.text, whole, choices, numbers);
    const parsed = parser.parse(text);
    return parsed.ok ? undefined : { at: parsed.problem.range.start, starts };
  };
  let failure = parse();
  const first = failure;
  const settled = new Set(literals.keys());
  while (failure !== undefined && attempts < mostAttempts) {
    const { at, starts } = failure;
    // The one at the error, or the last one before it.
    let suspect = -1;
    for (let i = 0; i < sorted.length; i++) if (!settled.has(i) && (starts[i] ?? 0) <= at) suspect = i;
    // An error at the end of the text is reported at the last token, which stands before the gap.
    if (suspect < 0) suspect = choices.findIndex((choice, i) => choice === '' && !settled.has(i));
    if (suspect < 0) break;
    settled.add(suspect);
    const before = choices[suspect];
    let best: { choice: string; failure: Failure | undefined; reach: number } | undefined;
    for (const choice of alternatives(mapped.text, sorted[suspect])) {
      choices[suspect] = choice;
      const next = parse();
      // Counted from the end, for the texts differ in length.
      const reach =
        next === undefined ? Number.POSITIVE_INFINITY : next.at - (next.starts[suspect] ?? 0) - choice.length;
      if (best === undefined || reach > best.reach) best = { choice, failure: next, reach };
      // The next placeholder is to blame now.
      const isPassed = next !== undefined && next.at >= (next.starts[suspect + 1] ?? Number.POSITIVE_INFINITY);
      if (next === undefined || isPassed || attempts >= mostAttempts) break;
    }
    const reached = at - (starts[suspect] ?? 0) - 2;
    if (best !== undefined && best.reach > reached) {
      choices[suspect] = best.choice;
      failure = best.failure;
    } else choices[suspect] = before;
  }
  if (failure === undefined) return assemble(mapped, sorted, whole, choices);
  // An error at the very place of an expression says that it is more than a value.
  const { at, starts } = first ?? failure;
  const doubtful = sorted.map((each, i) => (starts[i] === at ? { ...each, kind: 'spliced' as const } : each));
  const plain = sorted.map((_, i) => literals.get(i)?.newText);
  return assemble(mapped, doubtful, whole, plain);
}

/** Stands for the parameter's number in a choice: `($n)`. */
const parameter = '$n';

function alternatives(text: string, placeholder: Placeholder | undefined): string[] {
  if (placeholder === undefined) return [];
  const before = text.slice(Math.max(0, placeholder.range.start - 40), placeholder.range.start);
  const name = nameFor(placeholder.source);
  const needsName =
    /(?:\b(?:from|join|into|update|table|only|exists|by|on|index|view|schema|sequence|as|truncate|column|references)\s*|[.,(]\s*)$/i.test(
      before,
    ) || text[placeholder.range.end] === '.';
  // `interval :'age'`, `COPY posts FROM :'file'`: only a literal will do.
  const quoted = `'${placeholder.source.replace(/^:?'|'$/g, '').replaceAll("'", '')}'`;
  const literal = placeholder.source.startsWith(":'") ? [quoted] : [];
  // `PASSWORD ${password}`: a literal and nothing else.
  const last = placeholder.spliceMark && !/\bpassword\s+$/i.test(before) ? [] : [quoted];
  const list = [
    `(${parameter})`,
    `${name} = ${parameter}`,
    `(${name}) VALUES (${parameter})`,
    `VALUES (${parameter})`,
    '=',
  ];
  return [...literal, ...(needsName ? [name, ''] : ['', name]), ...list, ...last];
}

/** `"${table}"`: an identifier that says what it is. */
function nameFor(source: string): string {
  return `"${source.replaceAll('"', "'").replace(/\s+/g, ' ').slice(0, 60)}"`;
}

/**
 * Placeholders inside a quoted literal take its place: `'%${term}%'` → `$n`. Inside a quoted name, or grown together
 * with a name, they become part of the name: `posts_${year}` → `"posts_${year}"`. Also says which stand where only a
 * clause can come.
 */
function insideText(
  text: string,
  sorted: readonly Placeholder[],
): { literals: Map<number, TextEdit>; clauses: Set<number>; wildcards: Map<number, Wildcards> } {
  const edits = new Map<number, TextEdit>();
  const clauses = new Set<number>();
  const wildcards = new Map<number, Wildcards>();
  if (sorted.every(({ spliceMark }) => spliceMark !== true)) return { literals: edits, clauses, wildcards };
  let previous: Token | undefined;
  for (const token of tokens(text)) {
    const before = previous;
    previous = token;
    const inside = sorted.flatMap((each, i) =>
      each.spliceMark && each.range.start >= token.start && each.range.end <= token.end ? [i] : [],
    );
    const [first, ...others] = inside;
    if (first === undefined) continue;
    const lone = sorted[first]?.range;
    if (lone?.start === token.start && lone.end === token.end) {
      // Behind a value or a name only a clause can come; libpg_query would read `name $1` as a constant of the type `name`.
      if (before !== undefined && endsValue(text, before) && !typeNames.test(text.slice(before.start, before.end))) {
        clauses.add(first);
      }
      continue;
    }
    const content = text.slice(token.start, token.end);
    if (token.kind === 'string' && !content.startsWith('$')) {
      edits.set(first, { range: token, newText: parameter });
      const ends = wildcardsOfText(content.replace(/^\w?'|'$/g, ''));
      if (ends !== undefined) wildcards.set(first, ends);
    } else if (token.kind === 'word' || token.kind === 'quoted name') {
      let name = '';
      let at = token.start;
      for (const i of inside) {
        const placeholder = sorted[i];
        if (placeholder === undefined) continue;
        name += text.slice(at, placeholder.range.start) + placeholder.source;
        at = placeholder.range.end;
      }
      name += text.slice(at, token.end);
      edits.set(first, { range: token, newText: nameFor(token.kind === 'word' ? name : name.replace(/^"|"$/g, '')) });
    } else continue;
    // They went into the first one's place.
    for (const i of others) edits.set(i, { range: { start: token.end, end: token.end }, newText: '' });
  }
  return { literals: edits, clauses, wildcards };
}

const typeNames = /^(?:interval|date|time|timestamp|timestamptz)$/i;

function fill(
  text: string,
  ranges: readonly { start: number; end: number }[],
  choices: readonly (string | undefined)[],
  numbers: readonly number[],
) {
  let filled = '';
  let at = 0;
  const starts: number[] = [];
  ranges.forEach((range, i) => {
    if (range.start < at) {
      starts.push(filled.length);
      return;
    }
    filled += text.slice(at, range.start);
    starts.push(filled.length);
    filled += (choices[i] ?? parameter).replaceAll(parameter, () => `$${numbers[i] ?? i + 1}`);
    at = range.end;
  });
  return { text: filled + text.slice(at), starts };
}

/** As bindPlaceholders numbers them, so that the text that parses is the final one and its tree is known already. */
function numbered(sorted: readonly Placeholder[]): number[] {
  let highest = sorted.reduce((most, { number = 0 }) => Math.max(most, number), 0);
  const names = new Map<string, number>();
  return sorted.map(({ name, number }) => {
    const index = number ?? (name === undefined ? undefined : names.get(name)) ?? ++highest;
    if (name !== undefined) names.set(name, index);
    return index;
  });
}

function assemble(
  mapped: MappedText,
  sorted: readonly Placeholder[],
  whole: readonly { start: number; end: number }[],
  choices: readonly (string | undefined)[],
): SettledSql {
  const replaced: Replaced[] = [];
  const kept: Placeholder[] = [];
  const edits: TextEdit[] = [];
  // Where a choice has text around its parameter, the parameter's own place is known after the edits only.
  let shift = 0;
  sorted.forEach((placeholder, i) => {
    const range = whole[i] ?? placeholder.range;
    const choice = choices[i] ?? parameter;
    const at = choice.indexOf(parameter);
    if (at < 0) {
      if (range.end > range.start || choice !== '') edits.push({ range, newText: choice });
      replaced.push({ source: placeholder.source, range: mapped.rangeToDocument(placeholder.range) });
    } else if (choice === parameter && range === placeholder.range) {
      kept.push({ ...placeholder, range: { start: range.start + shift, end: range.end + shift } });
      return;
    } else {
      edits.push({ range, newText: choice });
      if (choice.includes('"'))
        replaced.push({ source: placeholder.source, range: mapped.rangeToDocument(placeholder.range) });
      const start = range.start + shift + at;
      const kind = choice === parameter ? placeholder.kind : 'spliced';
      kept.push({ ...placeholder, kind, range: { start, end: start + parameter.length } });
    }
    shift += choice.length - (range.end - range.start);
  });
  const bound = bindPlaceholders(mapped.replace(edits), kept);
  return { ...bound, replaced };
}
