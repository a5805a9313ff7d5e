import type { TextRange } from '../../../../nouns/text-range';
import type { LoopFacts } from '../../facts';
import type { Branch, ChainValue, Entry, Pattern, Value } from '../../values';
import type { FunctionDraft, Mutable } from '../frame';
import { assignmentsIn, boundIn, forHead, regrouped } from './tag-texts';
import type { Tag } from './tags';
import { contextName, renderedCall } from './template-calls';
import { isTemplateName, layoutOf, methodOf, relativeTo } from './template-names';
import type { TemplateReader } from './template-reader';

/** Tags whose words are no values. */
const wordsOnly = /^(?:load|import|from|block|endblock|macro|endmacro|csrf_token|comment)$/;

/** What a tag opens until its end. */
interface Opened {
  readonly tag: 'for' | 'if' | 'with';
  /** The names that are known before it. */
  readonly names: ReadonlySet<string>;
  readonly loop: number | undefined;
  readonly branch: Branch | undefined;
  /** Ends where the tag does. */
  readonly scope: Mutable<TextRange>;
  readonly arms: Mutable<Branch>[];
  hasElse: boolean;
}

/** What one method of a template runs, tag by tag. */
export class TemplateBody {
  readonly #file: TemplateReader;
  readonly #draft: FunctionDraft;
  readonly #bound: ReadonlySet<string>;
  readonly #template: string;
  /** What the view passes, by name. */
  readonly #passed = new Set<string>();
  readonly #open: Opened[] = [];
  #names: ReadonlySet<string> = new Set();
  #loop: number | undefined;
  #branch: Branch | undefined;

  constructor(file: TemplateReader, draft: FunctionDraft, bound: ReadonlySet<string>, template: string) {
    this.#file = file;
    this.#draft = draft;
    this.#bound = bound;
    this.#template = template;
  }

  /** Closes what is open. */
  end(at: number): void {
    while (this.#open.length > 0) this.#close(at);
    const names = [...this.#passed].map((name) => ({ name, path: [name] }));
    const range = { start: 0, end: 0 };
    this.#draft.parameters = [{ name: '', bound: [{ name: contextName, path: [] }, ...names], range }];
  }

  tag(tag: Tag): void {
    const { name } = tag;
    switch (name) {
      case '':
        this.#output(tag);
        return;
      case 'for':
        this.#for(tag);
        return;
      case 'if':
        this.#if(tag);
        return;
      case 'elif':
      case 'else':
      case 'empty':
        this.#other(tag);
        return;
      case 'with':
        this.#opened('with', tag.to);
        this.#assign(tag, this.#open.at(-1)?.scope);
        return;
      case 'set':
        this.#assign(tag, undefined);
        return;
      case 'endfor':
      case 'endif':
      case 'endwith':
        if (this.#open.some(({ tag: open }) => `end${open}` === name)) {
          while (this.#open.length > 0 && this.#close(tag.from) !== name.slice(3));
        }
        return;
      case 'include':
      case 'extends':
        this.#rendered(tag);
        return;
      case 'regroup':
        this.#regroup(tag);
        return;
      default:
        if (wordsOnly.test(name)) return;
        this.#read(tag.start, tag.end);
        for (const bound of boundIn(name, this.#file.text(tag))) this.#bind({ name: bound, range: tag }, undefined);
    }
  }

  /** Those known there, and what the view passes; a name that is bound elsewhere in the template is read of the context. */
  readonly #rootOf = (name: string, at: number): ChainValue => {
    const range = { start: at, end: at + name.length };
    if (!this.#names.has(name) && this.#bound.has(name)) {
      const rootRange = { start: at, end: at };
      return { kind: 'chain', root: contextName, rootRange, links: [{ name, range }], range };
    }
    if (!this.#names.has(name)) this.#passed.add(name);
    return { kind: 'chain', root: name, rootRange: range, links: [], range };
  };

  #read(start: number, end: number, within?: 'loop head' | 'condition'): Value | undefined {
    const { value, chains } = this.#file.expression(start, end, this.#rootOf);
    for (const chain of chains) this.#use(chain, within);
    return value;
  }

  #use(chain: ChainValue, within?: 'loop head' | 'condition'): void {
    if (chain.links.length === 0) return;
    const [loop, branch] = [this.#loop, this.#branch];
    this.#draft.uses.push({
      chain,
      ...(loop === undefined ? {} : { loop }),
      ...(branch === undefined ? {} : { branch }),
      ...(within ? { within } : {}),
    });
  }

  #bind(pattern: Pattern, value: Value | undefined, scope?: TextRange): Mutable<FunctionDraft['bindings'][number]> {
    const names = pattern.bound?.map(({ name }) => name) ?? [pattern.name];
    this.#names = new Set([...this.#names, ...names]);
    const inner = scope ?? this.#open.at(-1)?.scope;
    const [loop, branch] = [this.#loop, this.#branch];
    const binding: Mutable<FunctionDraft['bindings'][number]> = {
      pattern,
      range: pattern.range,
      ...(value ? { value } : {}),
      ...(inner ? { scope: inner } : {}),
      ...(loop === undefined ? {} : { loop }),
      ...(branch === undefined ? {} : { branch }),
    };
    const use = value && this.#draft.uses.findLast(({ chain }) => chain === value);
    if (use) use.binding = this.#draft.bindings.length;
    this.#draft.bindings.push(binding);
    return binding;
  }

  #opened(tag: Opened['tag'], at: number): Opened {
    const scope = { start: at, end: at };
    const opened = { tag, names: this.#names, loop: this.#loop, branch: this.#branch, scope, arms: [], hasElse: false };
    this.#open.push(opened);
    return opened;
  }

  #close(at: number): string | undefined {
    const opened = this.#open.pop();
    if (!opened) return undefined;
    opened.scope.end = at;
    for (const arm of opened.arms) arm.of = opened.arms.length + (opened.hasElse ? 0 : 1);
    this.#names = opened.names;
    this.#loop = opened.loop;
    this.#branch = opened.branch;
    return opened.tag;
  }

  /** A row that is written out itself is asked for its text. */
  #output(tag: Tag): void {
    const value = this.#read(tag.start, tag.end);
    if (value?.kind !== 'chain' || value.links.length > 0) return;
    const { range } = value;
    const argumentsRange = { start: range.end, end: range.end };
    this.#use({ ...value, links: [{ name: '__str__', range, arguments: [], argumentsRange }] });
  }

  #for(tag: Tag): void {
    const around = this.#loop;
    const head = forHead(this.#file.text(tag));
    const { scope } = this.#opened('for', tag.to);
    if (!head) return;
    const loop: Mutable<LoopFacts> = {
      kind: 'for of',
      headRange: { start: tag.from, end: tag.to },
      bodyRange: scope,
      head: this.#file.text(tag).trim(),
      ...(around === undefined ? {} : { parent: around }),
    };
    this.#loop = this.#draft.loops.push(loop) - 1;
    const over = this.#read(tag.start + head.from, tag.start + head.to, 'loop head');
    const names = head.names.map(({ name, at }) => ({ name, range: rangeAt(tag.start + at, name) }));
    const [first] = names;
    if (!first) return;
    const bound = names.map(({ name }, index) => ({ name, path: [String(index)] }));
    const element = names.length === 1 ? first : { name: '', bound, range: first.range };
    loop.element = element;
    if (over) loop.over = over;
    this.#bind(element, over, scope).isElement = true;
    // Jinja's `for post in posts if post.author`
    this.#read(tag.start + head.to, tag.end, 'condition');
  }

  #if(tag: Tag): void {
    this.#read(tag.start, tag.end, 'condition');
    const opened = this.#opened('if', tag.to);
    this.#arm(opened, this.#file.nextDecision());
  }

  #arm({ arms, branch }: Opened, id: number): void {
    const arm: Mutable<Branch> = { id, arm: arms.length, of: 2, ...(branch ? { within: branch } : {}) };
    arms.push(arm);
    this.#branch = arm;
  }

  /** `{% else %}` of a condition, or of a loop without a turn. */
  #other(tag: Tag): void {
    const opened = this.#open.at(-1);
    if (opened?.tag === 'for') {
      this.#loop = opened.loop;
      this.#names = opened.names;
    }
    const [first] = opened?.arms ?? [];
    if (opened?.tag !== 'if' || !first) return;
    this.#branch = opened.branch;
    opened.hasElse = tag.name === 'else';
    this.#read(tag.start, tag.end, 'condition');
    this.#arm(opened, first.id);
  }

  /** `{% with author=post.author %}`, `{% with post.author as author %}`, `{% set author = post.author %}` */
  #assign(tag: Tag, scope: TextRange | undefined): void {
    for (const { name, at, from, to } of assignmentsIn(this.#file.text(tag))) {
      const value = this.#read(tag.start + from, tag.start + to);
      this.#bind({ name, range: rangeAt(tag.start + at, name) }, value, scope);
    }
  }

  /** `{% include 'blog/card.html' with size=2 %}` gets all that is known here; so does the template that is extended. */
  #rendered(tag: Tag): void {
    const text = this.#file.text(tag);
    const [whole = '', , said] = /^\s*(['"])([^'"]+)\1/.exec(text) ?? [];
    const name = said?.startsWith('.') ? relativeTo(said, this.#template) : said;
    if (!isTemplateName(name)) {
      if (whole === '') this.#read(tag.start, tag.end);
      return;
    }
    const range = { start: tag.from, end: tag.to };
    const rest = text.slice(whole.length);
    const isOnly = /\bonly\s*$|\bwithout\s+context\s*$/.test(rest);
    const given = assignmentsIn(rest).map((one): Entry => {
      const start = tag.start + whole.length;
      const value = this.#read(start + one.from, start + one.to);
      const keyRange = rangeAt(start + one.at, one.name);
      return { key: one.name, keyRange, value: value ?? { kind: 'runtime', source: one.name, range: keyRange } };
    });
    const nameValue = (root: string): ChainValue => ({ kind: 'chain', root, rootRange: range, links: [], range });
    const known = isOnly ? [] : [...this.#names].map((key): Entry => ({ key, keyRange: range, value: nameValue(key) }));
    const spreads = isOnly ? [] : [{ at: 0, value: nameValue(contextName) }];
    const method = tag.name === 'extends' ? layoutOf(name) : methodOf(name);
    this.#use(renderedCall(name, method, { kind: 'object', entries: [...known, ...given], spreads, range }, range));
  }

  /** `{% regroup posts by author as authors %}`: reads `author` of each post, and gives `grouper` with its `list`. */
  #regroup(tag: Tag): void {
    const found = regrouped(this.#file.text(tag));
    if (!found) return;
    const [loop, names] = [this.#loop, this.#names];
    const range = { start: tag.from, end: tag.to };
    const over = this.#read(tag.start, tag.start + found.to);
    const bodyRange = { start: tag.start, end: tag.end };
    const element: Pattern = { name: 'row', range };
    const around = loop === undefined ? {} : { parent: loop };
    const head = this.#file.text(tag).trim();
    this.#loop =
      this.#draft.loops.push({
        kind: 'for of',
        headRange: range,
        bodyRange,
        head,
        element,
        ...(over ? { over } : {}),
        ...around,
      }) - 1;
    this.#bind(element, over, bodyRange).isElement = true;
    const links = found.by.split('.').map((name) => ({ name, range: bodyRange }));
    const rootRange = { start: tag.start, end: tag.start };
    this.#use({ kind: 'chain', root: 'row', rootRange, links, range: bodyRange });
    this.#loop = loop;
    this.#names = names;
    const list: Entry[] = over ? [{ key: 'list', keyRange: range, value: over }] : [];
    const group: Value = { kind: 'object', entries: list, open: true, range };
    this.#bind({ name: found.as, range }, { kind: 'array', elements: [{ value: group }], open: true, range });
  }
}

function rangeAt(start: number, name: string): TextRange {
  return { start, end: start + name.length };
}
