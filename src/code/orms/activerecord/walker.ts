import type { ChainValue, Link, Value } from '../../facts/values';
import type { Association } from '../../models/model';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import type { GeneratedParameter } from '../orm';
import { parameterOf, type StatementText } from '../support/statement-text';
import type { ActiveRecordModels, ModelFacts } from './models';
import { columnOf, type Relation, relatedTo, relationOf, selectOf } from './relation';
import type { ScopeBody } from './scopes';
import { stepOf } from './steps';
import { wordOf } from './symbols';

/** One row that is loaded, or was made. */
export interface Row {
  readonly kind: 'row';
  readonly facts: ModelFacts;
  /** As the program calls it: `post`. */
  readonly name: string;
  /** Associations that it was loaded with, dotted paths. */
  readonly loaded: readonly string[];
  /** One of a list. */
  readonly isElement: boolean;
}

export type State = Relation | Row;

export interface WalkScope {
  readonly at: Place;
  /** What is asked further in a scope's body, where nothing else is named. */
  readonly self?: Relation;
}

export interface Walked {
  readonly state: State;
  /** The link that stopped: it sends something, or is none of a relation's. */
  readonly link?: Link;
  readonly index: number;
  /** The last link that made the relation. */
  readonly last?: Link;
}

const mostDepth = 12;

/** Goes along a chain from a model or a row, as long as nothing is sent. */
export class Walker {
  readonly models: ActiveRecordModels;
  readonly #tracer: Tracer;
  #depth = 0;
  /** Whose parameters those of a query are that begins now: a subquery's are of the statement around it. */
  #text: StatementText | undefined;

  constructor(tracer: Tracer, models: ActiveRecordModels) {
    this.#tracer = tracer;
    this.models = models;
  }

  walk(chain: ChainValue, scope: WalkScope): Walked | undefined {
    if (this.#depth > mostDepth) return undefined;
    this.#depth++;
    try {
      const state = this.#start(chain, scope);
      return state && this.along(chain, 0, state, scope);
    } finally {
      this.#depth--;
    }
  }

  /** From a link on. */
  along(chain: ChainValue, from: number, start: State, scope: WalkScope): Walked {
    let state = start;
    let last: Link | undefined;
    for (let index = from; index < chain.links.length; index++) {
      const link = chain.links[index];
      if (!link) break;
      const next = this.#next(state, link, scope, nameBefore(chain, index));
      if (!next) return { state, link, index, ...(last ? { last } : {}) };
      // `where.not(…)`
      state = next;
      last = link;
    }
    return { state, index: chain.links.length, ...(last ? { last } : {}) };
  }

  /** What a value is, when it is a query or a row. */
  valueOf(chain: ChainValue, scope: WalkScope, text: StatementText): State | undefined {
    const outer = this.#text;
    this.#text = text;
    const walked = this.walk(chain, scope);
    this.#text = outer;
    return walked && walked.link === undefined ? walked.state : undefined;
  }

  parameter(value: Value): GeneratedParameter {
    const word = value.kind === 'literal' ? wordOf(value) : undefined;
    const plain = parameterOf(value);
    return word === undefined ? plain : { ...plain, constant: word };
  }

  /** A piece of text that is no value: a column's name, a condition. */
  isOpenText(value: Value): boolean {
    return value.kind === 'template' || value.kind === 'choice';
  }

  /** A query in another one's text. */
  subquery(relation: Relation): string {
    const { selects, facts } = relation;
    return selectOf(relation, selects.length > 0 ? undefined : columnOf(facts, facts.primaryKey));
  }

  apply(relation: Relation, { body, at }: ScopeBody): Relation {
    const value = body.body.findLast(({ isReturned }) => isReturned)?.value;
    if (value?.kind !== 'chain') return { ...relation, notes: [...relation.notes, 'A scope could not be read.'] };
    const walked = this.walk(value, { at, self: relation });
    if (walked?.state.kind === 'relation' && walked.link === undefined) return walked.state;
    return { ...relation, notes: [...relation.notes, 'A scope could not be read.'] };
  }

  start(facts: ModelFacts): Relation {
    const relation = relationOf(facts, this.#text);
    return facts.defaultScope ? this.apply(relation, facts.defaultScope) : relation;
  }

  /** What the default scope of a model asks for. */
  scopeConditions({ defaultScope, ...facts }: ModelFacts, text: StatementText): readonly string[] {
    return defaultScope ? this.apply(relationOf(facts, text), defaultScope).conditions : [];
  }

  /** `post.comments` */
  related(row: Row, association: Association, range: Link['range']): Relation | undefined {
    const target = this.models.named(association.target);
    if (!target) return undefined;
    const relation = relatedTo(association, target, row.name, range);
    const own = row.facts.associationScopes.get(association.name);
    const before = this.scopeConditions(target, relation.text);
    const scoped: Relation = {
      ...relation,
      conditions: [...before, ...relation.conditions],
      ...(row.isElement ? { isOfElement: true } : {}),
      ...(row.loaded.includes(association.name) ? { isLoaded: true } : {}),
    };
    if (own) return this.apply(scoped, own);
    return association.details?.isCounted === true ? { ...scoped, counted: scoped.conditions } : scoped;
  }

  #start(chain: ChainValue, scope: WalkScope): State | undefined {
    if (chain.root === 'this' && scope.self) return scope.self;
    return this.stateOf(this.#tracer.traceLinks(chain, 0, scope.at), chain);
  }

  stateOf(origin: Origin, chain: ChainValue): State | undefined {
    switch (origin.kind) {
      case 'class': {
        const facts = this.models.ofClass(origin.class);
        return facts && this.start(facts);
      }
      case 'instance': {
        const facts = origin.of.kind === 'class' ? this.models.ofClass(origin.of.class) : undefined;
        return facts && this.#row(facts, chain, [], false);
      }
      case 'element': {
        const of = this.stateOf(origin.of, chain);
        return of?.kind === 'relation' ? this.#rowOf(of, chain, true) : undefined;
      }
      case 'member': {
        const of = this.stateOf(origin.of, chain);
        return of && this.#next(of, { name: origin.name, range: chain.rootRange }, { at: noPlace }, 'row');
      }
      case 'call':
        return this.#ofCall(origin, chain);
      default:
        return undefined;
    }
  }

  #ofCall({ chain, at }: Extract<Origin, { kind: 'call' }>, of: ChainValue): State | undefined {
    const walked = this.walk(chain, { at });
    if (!walked) return undefined;
    const { state, link, index } = walked;
    if (!link) return state;
    if (index !== chain.links.length - 1) return undefined;
    if (state.kind === 'row') return undefined;
    if (givesRow.test(link.name)) {
      const isList =
        link.arguments?.[0]?.kind === 'array' ||
        (/^(?:first|last|take)$/.test(link.name) && link.arguments?.length === 1);
      return isList ? state : this.#rowOf(state, of, false);
    }
    return givesList.test(link.name) ? state : undefined;
  }

  #rowOf({ facts, loads, inverse }: Relation, chain: ChainValue, isElement: boolean): Row {
    return this.#row(
      facts,
      chain,
      [...loads.map(({ path }) => path), ...(inverse === undefined ? [] : [inverse])],
      isElement,
    );
  }

  #row(facts: ModelFacts, { root }: ChainValue, loaded: readonly string[], isElement: boolean): Row {
    return { kind: 'row', facts, name: typeof root === 'string' ? root : 'row', loaded, isElement };
  }

  #next(state: State, link: Link, scope: WalkScope, row: string): State | undefined {
    if (state.kind === 'row') {
      const association = state.facts.model.associations.find(({ name }) => name === link.name);
      const isList = /Many$/.test(association?.kind ?? '');
      return association && isList && (link.arguments?.length ?? 0) === 0
        ? this.related({ ...state, name: row }, association, link.range)
        : undefined;
    }
    const { facts } = state;
    const named = facts.scopes.get(link.name);
    if (named) return this.apply(state, named);
    const isNot = link.name.startsWith('not_');
    const enumerated = facts.enums.get(link.name) ?? (isNot ? facts.enums.get(link.name.slice(4)) : undefined);
    if (enumerated && (link.arguments ?? []).length === 0) {
      const { column, value } = enumerated;
      const text = `${columnOf(facts, column)} ${isNot ? '!=' : '='} ${state.text.parameter(parameterOf(value))}`;
      return {
        ...state,
        conditions: [...state.conditions, text],
        ...(isNot ? { isOnlyEquals: false } : { equals: [...state.equals, { property: column, value }] }),
      };
    }
    return stepOf(state, link, this, scope) ?? this.#ofClassMethod(state, link);
  }

  /** `def self.recent; order(created_at: :desc); end` */
  #ofClassMethod(relation: Relation, link: Link): Relation | undefined {
    const { facts } = relation;
    const origin = this.#tracer.member(facts.class, facts.file, link.name, true);
    if (origin?.kind !== 'function' || this.#depth > mostDepth) return undefined;
    const { function: method, file } = origin;
    const value = method.returns.at(-1);
    if (value?.kind !== 'chain') return undefined;
    const at = { file, function: file.functions.indexOf(method) };
    const walked = this.walk(value, { at, self: relation });
    return walked?.state.kind === 'relation' && walked.link === undefined ? walked.state : undefined;
  }
}

const noFile = { uri: '', languageId: 'ruby', imports: [], exports: [], classes: [], functions: [] };
const noPlace: Place = { file: noFile, function: 0 };

const givesRow =
  /^(?:first!?|last!?|take!?|find|find_by!?|find_or_create_by!?|find_or_initialize_by|create!?|new|build|sole|find_sole_by)$/;
const givesList =
  /^(?:to_a|load|each|find_each|records|select|reverse|sort_by|reject|filter|compact|uniq|each_with_index)$/;

/** What stands before a link: `post` of `post.comments`. */
function nameBefore({ root, links }: ChainValue, index: number): string {
  const names = [typeof root === 'string' ? root : '', ...links.slice(0, index).map(({ name }) => name)];
  return names.filter((name) => name !== '' && name !== 'this').join('.') || 'self';
}
