import type { TextRange } from '../../../nouns/text-range';
import { sourceOf, stringOf } from '../../facts/value-access';
import type { ArrayValue, ChainValue, ObjectValue, TemplateValue, Value } from '../../facts/values';
import type { Origin, Place } from '../../resolve/origin';
import {
  absent,
  constant,
  type Datum,
  type Dict,
  dict,
  type Key,
  type List,
  list,
  type ModelRef,
  op,
  operatorNamed,
  type RunTime,
  textOf,
} from './datum';
import type { Sourced } from './declared';
import { entriesOf } from './entries';
import { literalText } from './literal-text';
import { holders, isSequelize, type ModelOrigins, packages } from './origins';
import { scoped } from './scopes';

/** What the parameters of a scope's function are called with. */
export type Bound = ReadonlyMap<string, Datum>;

const nothingBound: Bound = new Map();
const modifiers = /^(?:scope|unscoped|schema)$/;
const mostDepth = 12;

/** Of what has no place in the call's file. */
export const nowhere: TextRange = { start: 0, end: 0 };

/** Reads values of the program as Sequelize would find them at run time. */
export class Evaluator {
  /** Ranges are offsets in `home`, the file of the call: what stands in other files has none. */
  constructor(
    readonly origins: ModelOrigins,
    readonly home?: string,
  ) {}

  datum(value: Value | undefined, at: Place, bound: Bound = nothingBound, depth = 0): Datum {
    const datum = this.#read(value, at, bound, depth);
    return this.home === undefined || this.home === at.file.uri ? datum : withoutPlace(datum);
  }

  #read(value: Value | undefined, at: Place, bound: Bound, depth: number): Datum {
    switch (value?.kind) {
      case undefined:
        return absent;
      case 'literal':
        return value.value === undefined ? absent : constant(value.value, value.range);
      case 'object':
        return this.#dict(value, at, bound, depth);
      case 'array':
        return this.#list(value, at, bound, depth);
      case 'template':
        return this.#template(value, at, bound, depth);
      case 'choice':
        return this.datum(value.options[0]?.value, at, bound, depth);
      case 'function':
        return runTime(value);
      case 'runtime':
        return { ...runTime(value), ...(value.type === 'array' ? { isArray: true } : {}) };
      case 'chain':
        return depth > mostDepth ? runTime(value) : this.#chain(value, at, bound, depth + 1);
    }
  }

  /** What a scope's object or function says, called with these. */
  scope(scope: Sourced, given: readonly Datum[]): Datum {
    const { value, at } = scope;
    if (value.kind !== 'function') return this.datum(value, at);
    const bound = new Map(value.parameters.map(({ name }, i) => [name, given[i] ?? absent] as const));
    const inside = { ...at, function: value.id };
    const returned =
      value.body.find((step) => step.isReturned)?.value ?? at.file.functions[value.id]?.returns[0] ?? undefined;
    return this.datum(returned, inside, new Map([...bound].filter(([, datum]) => datum.kind !== 'undefined')));
  }

  /** `Post`, `db.Post`, `Post.scope('published')`, `Post.unscoped()` */
  model(value: Value | undefined, at: Place): ModelRef | undefined {
    return value?.kind === 'chain' ? this.modelOfLinks(value, value.links.length, at) : undefined;
  }

  modelOfLinks(chain: ChainValue, links: number, at: Place): ModelRef | undefined {
    const link = chain.links[links - 1];
    if (link?.arguments !== undefined && modifiers.test(link.name)) {
      const inner = this.modelOfLinks(chain, links - 1, at) ?? this.annotatedModel(chain, links - 1, at);
      if (inner === undefined) return inner;
      const given = link.arguments.map((argument) => this.datum(argument, at));
      if (link.name === 'schema') return inSchema(inner, given[0]);
      return { ...inner, scope: scoped(inner.model, given, this) };
    }
    const { tracer, declared } = this.origins;
    if (link?.name === 'constructor' && link.arguments === undefined) return this.#classOfRow(chain, links - 1, at);
    const origin = tracer.traceLinks(chain, links, at);
    if (origin.kind === 'call' && modifiers.test(origin.chain.links.at(-1)?.name ?? '') && origin.chain !== chain) {
      return this.modelOfLinks(origin.chain, origin.chain.links.length, origin.at);
    }
    const model = this.origins.modelOf(origin, at.file.uri);
    if (model !== undefined) return { kind: 'model', model };
    // `typeof Post` given by a container, a parameter called Post: only its name says what it is.
    const isOpenQuestion = /^(?:unknown|parameter|global|member)$/.test(origin.kind);
    const name = links === 0 ? chain.root : link?.arguments === undefined ? link?.name : undefined;
    if (!isOpenQuestion || typeof name !== 'string') return undefined;
    const holder = links > 1 ? chain.links[links - 2]?.name : chain.root;
    const isHeld = links > 0 && typeof holder === 'string' && holders.test(holder);
    const named = isHeld || /^[A-Z]/.test(name) ? declared.named(name, at.file.uri) : undefined;
    return named && { kind: 'model', model: named };
  }

  /** `(this.constructor as typeof Post).findAll(…)` */
  #classOfRow(chain: ChainValue, links: number, at: Place): ModelRef | undefined {
    const origin = this.origins.tracer.traceLinks(chain, links, at);
    const model = this.origins.rowModel(origin, at.file.uri);
    return model && { kind: 'model', model };
  }

  /** `posts: typeof Post`: a value that is typed as a model, where what is called shows that it is no row. */
  annotatedModel(chain: ChainValue, links: number, at: Place): ModelRef | undefined {
    const model = this.origins.annotatedModel(this.origins.tracer.traceLinks(chain, links, at), at.file.uri);
    return model && { kind: 'model', model };
  }

  #dict(value: ObjectValue, at: Place, bound: Bound, depth: number): Dict {
    const entries = new Map<Key, Datum>();
    const places = new Map<Key, TextRange>();
    const known = entriesOf(value, at, this.origins.tracer);
    let { isOpen } = known;
    for (const each of known.entries) {
      const key = typeof each.key === 'string' ? each.key : this.#key(each.key, each.at);
      if (key === undefined) {
        isOpen = true;
        continue;
      }
      entries.set(key, this.datum(each.value, each.at, each.at === at ? bound : nothingBound, depth));
      if (this.home === undefined || each.at.file.uri === at.file.uri) places.set(key, each.keyRange);
    }
    return { kind: 'dict', entries, places, range: value.range, ...(isOpen ? { isOpen } : {}) };
  }

  #list(value: ArrayValue, at: Place, bound: Bound, depth: number): List {
    const spreads = value.spreads ?? [];
    let isOpen = value.open === true && spreads.length === 0;
    const items: Datum[] = [];
    for (let i = 0; i <= value.elements.length; i++) {
      for (const spread of spreads.filter((each) => each.at === i)) {
        const inner = this.datum(spread.value, at, bound, depth + 1);
        if (inner.kind !== 'list' || inner.isOpen) isOpen = true;
        if (inner.kind === 'list') items.push(...inner.items);
      }
      const element = value.elements[i];
      if (element) items.push(this.datum(element.value, at, bound, depth));
    }
    return isOpen ? { kind: 'list', items, isOpen } : list(items);
  }

  /** `[Op.in]`, `[or]` of `const { or } = Op`, a constant of the program. */
  #key(chain: ChainValue, at: Place): Key | undefined {
    const operator = this.operator(chain, at);
    if (operator !== undefined) return operator;
    const origin = this.origins.tracer.trace(chain, at);
    return origin.kind === 'value' ? stringOf(origin.value) : undefined;
  }

  operator(value: Value | undefined, at: Place): symbol | undefined {
    if (value?.kind !== 'chain') return undefined;
    const origin = this.origins.tracer.trace(value, at);
    if (origin.kind === 'package' && packages.test(origin.package) && origin.path.at(-2) === 'Op') {
      return operatorNamed(origin.path.at(-1) ?? '');
    }
    const names = [value.root, ...value.links.map((link) => link.name)];
    return names.at(-2) === 'Op' ? operatorNamed(String(names.at(-1))) : undefined;
  }

  #template(value: TemplateValue, at: Place, bound: Bound, depth: number): Datum {
    if (value.tag !== undefined) return runTime(value);
    const parts = value.values.map((each) => this.datum(each, at, bound, depth));
    if (!parts.every((part) => part.kind === 'constant')) return runTime(value);
    return constant(value.strings.map((text, i) => text + (i < parts.length ? String(parts[i]?.value) : '')).join(''));
  }

  #chain(chain: ChainValue, at: Place, bound: Bound, depth: number): Datum {
    const known = chain.links.length === 0 && typeof chain.root === 'string' ? bound.get(chain.root) : undefined;
    if (known !== undefined) return known;
    const method = this.#sqlMethod(chain, at, bound, depth);
    if (method !== undefined) return method;
    const origin = this.origins.tracer.trace(chain, at);
    const association = this.origins.associationOf(origin);
    if (association !== undefined) return { kind: 'association', association, range: chain.range };
    const model = this.#isMaybeModel(chain, origin) ? this.model(chain, at) : undefined;
    return model ? { ...model, range: chain.range } : this.#ofOrigin(chain, origin, depth);
  }

  /** A parameter or a property in small letters is a value and no model, whatever models there are. */
  #isMaybeModel(chain: ChainValue, origin: Origin): boolean {
    if (origin.kind === 'class' || origin.kind === 'call') return true;
    const name = chain.links.at(-1)?.name ?? chain.root;
    return typeof name === 'string' && /^[A-Z]/.test(name);
  }

  #ofOrigin(chain: ChainValue, origin: Origin, depth: number): Datum {
    if (origin.kind === 'value') {
      const { value, at } = origin;
      const isRows = value.kind === 'array' && value.elements.every((element) => element.value.kind === 'object');
      if (value.kind === 'array' && value.open && !isRows) return { ...runTime(chain), isArray: true };
      if (value !== chain && /^(?:literal|object|array|template)$/.test(value.kind)) {
        return this.datum(value, at, nothingBound, depth);
      }
      return runTime(chain);
    }
    const isGlobal = origin.kind === 'instance' && origin.of.kind === 'global';
    if (isGlobal && origin.of.kind === 'global' && /^(?:Array|ReadonlyArray|Set)$/.test(origin.of.name)) {
      return { ...runTime(chain), isArray: true };
    }
    const name = chain.links.at(-1)?.name ?? chain.root;
    // Of an untyped program only the name tells a list of keys from a key.
    if (!isGlobal && typeof name === 'string' && /^(?:ids|.*Ids|.*IDs)$/.test(name)) {
      return { ...runTime(chain), isArray: true };
    }
    return runTime(chain);
  }

  /** `sequelize.fn('lower', sequelize.col('name'))`, `literal('now()')`, `Sequelize.and(a, b)` */
  #sqlMethod(chain: ChainValue, at: Place, bound: Bound, depth: number): Datum | undefined {
    const link = chain.links.at(-1);
    if (link?.arguments === undefined) return undefined;
    const name = link.name === '' && typeof chain.root === 'string' ? chain.root : link.name;
    if (!/^(?:fn|col|cast|literal|where|json|and|or)$/.test(name)) return undefined;
    const isBare = link.name === '';
    const origin = this.origins.tracer.traceLinks(chain, chain.links.length - 1, at);
    const isOurs = isBare ? origin.kind === 'package' && packages.test(origin.package) : isSequelize(origin, chain);
    if (!isOurs) return undefined;
    const given = (i: number): Datum => this.datum(link.arguments?.[i], at, bound, depth);
    const all = link.arguments.map((_, i) => given(i));
    const text = (datum: Datum): string => (datum.kind === 'constant' ? String(datum.value) : '');
    switch (name) {
      case 'fn':
        return { kind: 'fn', name: text(given(0)), parameters: all.slice(1) };
      case 'col':
        return { kind: 'col', name: text(given(0)) };
      case 'cast':
        return { kind: 'cast', value: given(0), type: text(given(1)) };
      case 'literal':
        return { kind: 'literal', text: literalText(link.arguments[0], given(0), bound) };
      case 'json':
        return { kind: 'json', path: given(0), ...(all.length > 1 ? { value: given(1) } : {}) };
      case 'where':
        return all.length > 2
          ? { kind: 'where', left: given(0), comparator: this.#comparator(link.arguments[1], at), right: given(2) }
          : { kind: 'where', left: given(0), comparator: op('eq'), right: given(1) };
      default:
        return dict([[op(name === 'or' ? 'or' : 'and'), list(all)]]);
    }
  }

  #comparator(value: Value | undefined, at: Place): Key {
    return this.operator(value, at) ?? stringOf(value) ?? op('eq');
  }
}

/** `Post.schema('tenant_1')`; one that is known at run time only leaves the model where it is declared. */
function inSchema(of: ModelRef, schema: Datum | undefined): ModelRef {
  const name = textOf(schema);
  return name === undefined ? of : { ...of, model: { ...of.model, schema: name } };
}

function withoutPlace(datum: Datum): Datum {
  switch (datum.kind) {
    case 'constant':
      return constant(datum.value);
    case 'run time':
      return { ...datum, range: nowhere };
    case 'dict':
      return { ...datum, places: new Map(), range: nowhere };
    case 'literal':
      return {
        ...datum,
        text: datum.text.map((part) => (typeof part === 'string' ? part : { ...part, range: nowhere })),
      };
    default:
      return datum;
  }
}

export function runTime(value: Value): RunTime {
  return { kind: 'run time', source: sourceOf(value), range: value.range };
}
