import type { Parameter } from '../nouns/query-site';
import type { TextRange } from '../nouns/text-range';
import { type Token, tokens } from './lexer';
import type { MappedText, TextEdit } from './source-map';

/** A placeholder as it stands in the text of a query. */
export interface Placeholder {
  readonly range: TextRange;
  /** `:author`, `?`, `%s`, `$1` */
  readonly source: string;
  /** The same name is the same parameter; undefined for `?` and `%s`, of which each is its own. */
  readonly name?: string;
  /** The number that the text gives: `$2`. */
  readonly number?: number;
  /** 'spliced' for what a library pastes into the text: `??`, `%I`, `:"table"`, `$1:name`. */
  readonly kind: Parameter['kind'];
  /** One private character that stands for program text; it may be in a quoted literal or grown together with a name. */
  readonly spliceMark?: boolean;
  readonly wildcards?: Parameter['wildcards'];
}

export interface BoundSql {
  /** With `$n` for every placeholder. */
  readonly text: MappedText;
  readonly parameters: readonly Parameter[];
}

/** Words behind which a value comes: `LIMIT ?`, `AND ?`; behind any other word `?` is an operator of jsonb. */
const valueFollows = new Set(
  `all and any array as between both by case cast collate default distinct else except exists fetch filter first for
  from group having ilike in insert intersect interval into is join lateral leading like limit next not offset on or order
  over overlaps partition position range returning rows select set similar some substring symmetric table then to
  trailing union update using values when where window with on column index only of date time timestamp timestamptz`.split(
    /\s+/,
  ),
);

/** Words that end a value rather than being one. */
const valueEnds = new Set(
  `and as asc between case collate desc else end except fetch for from group having ilike in intersect is isnull join
  left like limit not notnull offset on or order overlaps returning right set similar then union using when where
  window with`.split(/\s+/),
);

const jsonbOperators = new Set(['?', '?|', '?&', '@?', '?-', '?#', '?||', '?-|']);

/**
 * Finds the placeholders of drivers and of psql: `$1`, `:name` (not `::int`, not `a[1:n]`), `?` (not jsonb's operators),
 * `%s`, `%(name)s`, and pg-promise's `$(name)`, `${name}`, `$/name/`. A placeholder stands where a value is
 * expected; an operator stands between two values.
 */
export function findPlaceholders(text: string): Placeholder[] {
  return /[$:?%]|\{\{/.test(text) ? new PlaceholderFinder(text).find() : [];
}

/** Whether a token ends a value or a name, so that an operator or a clause comes next. */
export function endsValue(text: string, token: Token): boolean {
  const content = text.slice(token.start, token.end);
  if (token.kind === 'word') return !valueFollows.has(content.toLowerCase());
  if (token.kind === 'mark') return content === ')' || content === ']';
  return token.kind !== 'operator';
}

class PlaceholderFinder {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #found: Placeholder[] = [];
  #index = 0;
  /** The token before ends a value, so that an operator may follow. */
  #afterValue = false;
  #brackets = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  find(): Placeholder[] {
    for (; this.#index < this.#tokens.length; this.#index++) {
      const token = this.#tokens[this.#index];
      if (token !== undefined) this.#read(token);
    }
    return this.#found;
  }

  #read(token: Token): void {
    const text = this.#text.slice(token.start, token.end);
    switch (token.kind) {
      case 'word':
        if (text.endsWith('$') && this.#templated(token)) return;
        this.#afterValue = !valueFollows.has(text.toLowerCase());
        return;
      case 'parameter':
        this.#dollarNumber(token, text);
        return;
      case 'variable':
        this.#variable(token, text);
        return;
      case 'operator':
        this.#operator(token, text);
        return;
      case 'mark':
        if (text === '$') this.#pgPromise(token);
        else if (text === '{' && this.#mustache(token)) return;
        else {
          if (text === '[') this.#brackets++;
          if (text === ']') this.#brackets--;
          this.#afterValue = text === ')' || text === ']';
        }
        return;
      default:
        this.#afterValue = true;
    }
  }

  /** `$1`; pg-promise's `$1:name` and `$1:raw` are pasted. */
  #dollarNumber(token: Token, text: string): void {
    const next = this.#tokens[this.#index + 1];
    const modifier =
      next?.kind === 'variable' && next.start === token.end ? this.#text.slice(next.start, next.end) : '';
    const isModifier = /^:(name|alias|raw|value|csv|list|json)$/.test(modifier);
    if (isModifier) this.#index++;
    const end = isModifier ? token.end + modifier.length : token.end;
    this.#add({ start: token.start, end }, isPasted(modifier) ? 'spliced' : 'value', { number: Number(text.slice(1)) });
  }

  #variable(token: Token, text: string): void {
    const inSlice = this.#brackets > 0 && this.#afterValue;
    if (inSlice) {
      this.#afterValue = true;
      return;
    }
    this.#add(token, /["{]/.test(text[1] ?? '') ? 'spliced' : 'value', {
      name: text.replace(/^:(?:['"]|\{\?)?|['"}]$/g, ''),
    });
  }

  #operator(token: Token, text: string): void {
    let at = 0;
    while (at < text.length) {
      const rest = text.slice(at);
      const start = token.start + at;
      if (!this.#afterValue && rest.startsWith('??')) at = this.#take(start, 2, 'spliced', at);
      else if (!this.#afterValue && rest.startsWith('?')) at = this.#take(start, 1, 'value', at);
      else if (!this.#afterValue && rest === '%' && this.#percent(token.end - 1)) return;
      else if (jsonbOperators.has(rest) && this.#valueComesNext()) break;
      else if (rest.startsWith('?')) at = this.#take(start, 1, 'value', at);
      else {
        // `=?` and `||?`: an operator, then a placeholder.
        const next = rest.slice(1).search(/[?%]/);
        at = next < 0 ? text.length : at + 1 + next;
        this.#afterValue = false;
      }
    }
    if (at < text.length) this.#afterValue = false;
  }

  #take(start: number, length: number, kind: Parameter['kind'], at: number): number {
    this.#add({ start, end: start + length }, kind, {});
    return at + length;
  }

  /** `%s`, `%(author)s`; pg-format's `%L`, `%I`. */
  #percent(start: number): boolean {
    const format = /%(?:\((\w+)\))?([sdfLI])(?!\w)/y;
    format.lastIndex = start;
    const found = format.exec(this.#text);
    if (found === null) return false;
    const end = start + found[0].length;
    this.#skipTo(end);
    this.#add({ start, end }, found[2] === 'I' ? 'spliced' : 'value', found[1] === undefined ? {} : { name: found[1] });
    return true;
  }

  /** `${name}`, `$(name)`, `$<name>`, `$[name]`, `$/name/`, each with a modifier such as `:csv`. */
  #pgPromise(token: Token): void {
    const variable =
      /\$(?:\{\s*([\w.]+)\s*((?::\w+|[~^#])?)\s*\}|\(\s*([\w.]+)\s*((?::\w+|[~^#])?)\s*\)|<\s*([\w.]+)\s*((?::\w+|[~^#])?)\s*>|\[\s*([\w.]+)\s*((?::\w+|[~^#])?)\s*\]|\/\s*([\w.]+)\s*((?::\w+|[~^#])?)\s*\/|([A-Za-z_]\w*)())/y;
    variable.lastIndex = token.start;
    const found = variable.exec(this.#text);
    if (found === null) {
      this.#afterValue = false;
      return;
    }
    const [name = '', modifier = ''] = found.slice(1).filter((group) => group !== undefined);
    const end = token.start + found[0].length;
    this.#skipTo(end);
    this.#add({ start: token.start, end }, isPasted(modifier) ? 'spliced' : 'value', { name });
  }

  /** `{{websiteId}}`, `{{websiteId::uuid}}` of home-made helpers. */
  #mustache(token: Token): boolean {
    const variable = /\{\{\s*([\w.]+)\s*(?:::\s*\w+\s*)?\}\}/y;
    variable.lastIndex = token.start;
    const found = variable.exec(this.#text);
    if (found === null) return false;
    const end = token.start + found[0].length;
    this.#skipTo(end);
    this.#add({ start: token.start, end }, 'value', { name: found[1] ?? '' });
    return true;
  }

  /** `tenant_${database}` of a script that a program fills in: a name that is not known. */
  #templated(token: Token): boolean {
    const variable = /\$\{\s*[\w.]+\s*\}\w*/y;
    variable.lastIndex = token.end - 1;
    const found = variable.exec(this.#text);
    if (found === null) return false;
    const end = token.end - 1 + found[0].length;
    this.#skipTo(end);
    this.#add({ start: token.start, end }, 'spliced', {});
    return true;
  }

  /** Leaves `#index` at the last token before the offset. */
  #skipTo(end: number): void {
    while ((this.#tokens[this.#index + 1]?.start ?? end) < end) this.#index++;
  }

  #valueComesNext(): boolean {
    const next = this.#tokens[this.#index + 1];
    if (next === undefined) return false;
    const text = this.#text.slice(next.start, next.end);
    if (next.kind === 'word') return !valueEnds.has(text.toLowerCase());
    if (next.kind === 'mark') return text === '(' || text === '$';
    return next.kind !== 'operator' || text.startsWith('?');
  }

  #add(range: TextRange, kind: Parameter['kind'], identity: { name?: string; number?: number }): void {
    const { start, end } = range;
    this.#found.push({ range: { start, end }, source: this.#text.slice(start, end), kind, ...identity });
    this.#afterValue = true;
  }
}

function isPasted(modifier: string): boolean {
  return /^(:(name|alias|raw|value)|[~^#])$/.test(modifier);
}

/**
 * Puts `$n` in the place of every placeholder. `$1` keeps its number; the others get the numbers after the highest one,
 * the same name always the same.
 */
export function bindPlaceholders(
  mapped: MappedText,
  placeholders: readonly Placeholder[],
  /** What stands in the text already, such as the expressions of a template; in order of their places. */
  known: readonly Placeholder[] = [],
): BoundSql {
  const all = [...placeholders, ...known].sort((a, b) => a.range.start - b.range.start);
  let highest = all.reduce((most, { number = 0 }) => Math.max(most, number), 0);
  const names = new Map<string, number>();
  const edits: TextEdit[] = [];
  const parameters = new Map<number, Parameter>();
  for (const { range, source, name, number, kind, wildcards } of all) {
    const index = number ?? (name === undefined ? undefined : names.get(name)) ?? ++highest;
    if (name !== undefined) names.set(name, index);
    const newText = apart(mapped.text, range, `$${index}`);
    if (newText !== source) edits.push({ range, newText });
    if (!parameters.has(index)) {
      const place = mapped.rangeToDocument(range);
      parameters.set(index, { index, source, range: place, kind, ...(wildcards && { wildcards }) });
    }
  }
  const sorted = [...parameters.values()].sort((a, b) => a.index - b.index);
  return { text: mapped.replace(edits), parameters: sorted };
}

/** `LIMIT:n` and `?OR` have no space; `$1` needs one. */
function apart(text: string, range: TextRange, parameter: string): string {
  const before = /[\w$]/.test(text[range.start - 1] ?? '') ? ' ' : '';
  const after = /[\w$]/.test(text[range.end] ?? '') ? ' ' : '';
  return before + parameter + after;
}
