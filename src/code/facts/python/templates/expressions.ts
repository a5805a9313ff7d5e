import type { ChainValue, Entry, Link, Value } from '../../values';

/** What a template calls without saying so: methods of managers, querysets and dicts. */
const calledAnyway = /^(?:all|count|exists|first|last|reverse|distinct|none|earliest|latest|items|keys|values)$/;

/** Filters that give the same rows, or what they get. */
const sameValue =
  /^(?:dictsort|dictsortreversed|list|sort|reverse|unique|selectattr|rejectattr|select|reject|default|default_if_none|d|safe)$/;

/** Words that stand between values. */
const between = /^(?:and|or|not|in|is|if|else|with|as|by|only|context|without|ignore|missing|recursive|reversed)$/;

export interface Expression {
  /** Undefined where it is more than one value with its filters. */
  readonly value: Value | undefined;
  /** Every name that is read, with what is read of it. */
  readonly chains: readonly ChainValue[];
}

/** Reads `post.comments.all|slice:":5"`, `user.is_staff and posts|length > 3`, `card(post, size=2)`. Never throws. */
export class TemplateExpression {
  readonly #source: string;
  readonly #end: number;
  /** The root under which a name of the template stands in the facts. */
  readonly #rootOf: (name: string, at: number) => ChainValue;
  readonly #chains: ChainValue[] = [];
  #at: number;

  constructor(source: string, start: number, end: number, rootOf: (name: string, at: number) => ChainValue) {
    this.#source = source;
    this.#at = start;
    this.#end = end;
    this.#rootOf = rootOf;
  }

  read(): Expression {
    const value = this.#until(/^$/);
    return { value, chains: this.#chains };
  }

  /** All up to a closing mark; the value where it is one alone. */
  #until(closing: RegExp): Value | undefined {
    const values: Value[] = [];
    let isOne = true;
    for (let mark = this.#peek(); mark !== '' && !closing.test(mark); mark = this.#peek()) {
      const value = this.#operand();
      if (value) values.push(value);
      else isOne = false;
    }
    return isOne && values.length === 1 ? values[0] : undefined;
  }

  #peek(): string {
    while (this.#at < this.#end && /\s/.test(this.#source[this.#at] ?? '')) this.#at++;
    return this.#at < this.#end ? (this.#source[this.#at] ?? '') : '';
  }

  /** A sticky pattern, at the place that is read now. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found === undefined || this.#at + found.length > this.#end) return undefined;
    this.#at += found.length;
    return found;
  }

  /** Undefined for an operator or a word between values. */
  #operand(): Value | undefined {
    const start = this.#at;
    const text = this.#match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y);
    if (text !== undefined)
      return this.#filtered({ kind: 'literal', value: text.slice(1, -1), range: this.#since(start) });
    const number = this.#match(/\d+(?:\.\d+)?/y);
    if (number !== undefined)
      return this.#filtered({ kind: 'literal', value: Number(number), range: this.#since(start) });
    const name = this.#match(/[A-Za-z_]\w*/y);
    if (name !== undefined) return between.test(name) ? undefined : this.#named(name, start);
    const mark = this.#source[this.#at++] ?? '';
    if (mark !== '(' && mark !== '[' && mark !== '{') return undefined;
    const inner = this.#until(/[)\]}]/);
    this.#at++;
    return this.#filtered(mark === '(' && inner ? inner : this.#runtime(start));
  }

  #named(name: string, start: number): Value {
    const root = this.#rootOf(name, start);
    const links: Link[] = [...root.links];
    for (let isMore = true; isMore; ) isMore = this.#link(links);
    for (const [index, link] of links.entries()) {
      if (index < root.links.length || link.arguments || !calledAnyway.test(link.name)) continue;
      const end = { start: link.range.end, end: link.range.end };
      links[index] = { ...link, arguments: [], argumentsRange: end };
    }
    return this.#filtered({ ...root, links, range: this.#since(start) });
  }

  /** `.author`, `.0`, `['author']`, `[i]`, `(…)` */
  #link(links: Link[]): boolean {
    const start = this.#at;
    const property = this.#match(/\s*\.\s*\w+/y)?.replace(/[\s.]/g, '');
    if (property !== undefined) {
      links.push({ name: property, range: { start: this.#at - property.length, end: this.#at } });
      return true;
    }
    const mark = this.#at < this.#end ? this.#source[this.#at] : '';
    if (mark === '[') {
      this.#at++;
      const key = this.#until(/\]/);
      this.#at++;
      const isConstant = key?.kind === 'literal' && typeof key.value !== 'boolean';
      links.push({ name: isConstant ? String(key.value) : '[]', range: this.#since(start) });
      return true;
    }
    if (mark !== '(') return false;
    this.#at++;
    const values = this.#arguments();
    const called = { arguments: values, argumentsRange: this.#since(start) };
    const last = links.at(-1);
    if (last && !last.arguments && last.name !== '[]') links[links.length - 1] = { ...last, ...called };
    else links.push({ name: '', range: called.argumentsRange, ...called });
    return true;
  }

  #arguments(): Value[] {
    const values: Value[] = [];
    const entries: Entry[] = [];
    const from = this.#at;
    for (let mark = this.#peek(); mark !== '' && mark !== ')'; mark = this.#peek()) {
      const start = this.#at;
      const key = this.#match(/[A-Za-z_]\w*\s*=(?!=)/y)?.replace(/[\s=]/g, '');
      const value = this.#until(/[,)]/) ?? this.#runtime(start);
      if (key === undefined) values.push(value);
      else entries.push({ key, keyRange: { start, end: start + key.length }, value });
      if (this.#source[this.#at] === ',') this.#at++;
    }
    this.#at++;
    if (entries.length > 0) values.push({ kind: 'object', entries, range: this.#since(from) });
    return values;
  }

  /** `|length`, `|slice:":5"`, `|join(', ')` */
  #filtered(given: Value): Value {
    let value = given;
    for (;;) {
      const { start } = given.range;
      const name = this.#match(/\s*\|\s*\w+/y)?.replace(/[\s|]/g, '');
      if (name === undefined) break;
      const argument = this.#match(/:/y) === undefined ? undefined : this.#filterArgument();
      const called = this.#source[this.#at] === '(' && this.#at < this.#end ? this.#called() : undefined;
      if (sameValue.test(name)) continue;
      const step = value.kind === 'chain' ? stepOf(name, argument ?? called?.[0], this.#since(this.#at)) : undefined;
      if (value.kind === 'chain' && step)
        value = { ...value, links: [...value.links, step], range: this.#since(start) };
      else {
        if (value.kind === 'chain') this.#chains.push(value);
        value = this.#runtime(start);
      }
    }
    if (value.kind === 'chain') this.#chains.push(value);
    return value;
  }

  /** One value without filters: `default:post.author.name`. */
  #filterArgument(): Value | undefined {
    const start = this.#at;
    const text = this.#match(/"[^"]*"|'[^']*'|-?\d+/y);
    if (text !== undefined)
      return { kind: 'literal', value: text.replace(/^["']|["']$/g, ''), range: this.#since(start) };
    const name = this.#match(/[A-Za-z_]\w*/y);
    if (name === undefined) return undefined;
    const root = this.#rootOf(name, start);
    const links: Link[] = [...root.links];
    for (let property = this.#match(/\.\w+/y); property !== undefined; property = this.#match(/\.\w+/y))
      links.push({ name: property.slice(1), range: { start: this.#at - property.length + 1, end: this.#at } });
    const chain = { ...root, links, range: this.#since(start) };
    this.#chains.push(chain);
    return chain;
  }

  #called(): Value[] {
    this.#at++;
    return this.#arguments();
  }

  #since(start: number) {
    return { start, end: Math.min(this.#at, this.#end) };
  }

  #runtime(start: number): Value {
    const range = this.#since(start);
    return { kind: 'runtime', source: this.#source.slice(start, range.end).slice(0, 60), range };
  }
}

/** Filters that ask a list of rows for less. */
function stepOf(name: string, argument: Value | undefined, range: Link['range']): Link | undefined {
  if (name === 'first') return { name: '0', range };
  if (name !== 'slice' || argument?.kind !== 'literal') return undefined;
  const [, from = '', to = ''] = /^(\d*):(\d*)$/.exec(String(argument.value)) ?? [];
  const [start, end] = [from, to].map(
    (one): Value => ({ kind: 'literal', value: one === '' ? undefined : Number(one), range }),
  );
  if (!start || !end) return undefined;
  return { name: 'slice', range, arguments: to === '' ? [start] : [start, end], argumentsRange: range };
}
