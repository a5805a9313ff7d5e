import { prefixOf, propertyOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { Origin, Tracer } from '../../resolve/origin';
import { withoutCall } from '../knex/called';
import type { Expression } from '../knex/expression';
import type { KnexQuery } from '../knex/query';
import type { Reader } from '../knex/reader';
import type { Located, Scope } from '../knex/scope';
import type { SqlText } from '../support/sql-text';
import type { BookshelfModels, ModelFacts } from './models';
import type { Relation } from './relations';
import { applyBuilderLink, applyConstraints, tableQuery } from './selects';

/** What a chain has become when the method that sends is called. */
export interface Subject {
  readonly model: ModelFacts;
  readonly query: KnexQuery;
  readonly isCollection: boolean;
  /** Set by `new Post({ … })`, `forge`, `set`: in order. */
  readonly attributes: readonly (Expression & { readonly kind: 'object' })[];
  /** Attributes are there that are not known. */
  readonly hasUnknownAttributes: boolean;
  /** A row that was loaded before. */
  readonly row?: string;
  /** `post.related('comments')`, `post.comments()` */
  readonly relation?: {
    readonly relation: Relation;
    readonly key: SqlText;
    /** The row's column in the program: `post.id`. */
    readonly value?: Value;
  };
}

export interface Start {
  readonly model: ModelFacts;
  readonly isCollection: boolean;
  /** The first link that is of the subject. */
  readonly link: number;
  /** Of `new Post({ … })`. */
  readonly attributes?: Located;
  readonly row?: string;
}

/** Methods that send something. */
export const sending =
  /^(?:fetch|fetchAll|fetchOne|fetchPage|count|save|destroy|refresh|load|attach|detach|updatePivot|create)$/;

export class Walker {
  constructor(
    private readonly tracer: Tracer,
    readonly models: BookshelfModels,
  ) {}

  /** `Post`, `new Post({ id })`, `bookshelf.model('Post')`, `post` that was fetched. */
  start(chain: ChainValue, scope: Scope): Start | undefined {
    if (chain.isNew) {
      const at = chain.links.findIndex((link) => link.arguments !== undefined);
      const { links } = withoutCall(chain, at);
      const named: ChainValue = {
        kind: 'chain',
        root: chain.root,
        rootRange: chain.rootRange,
        links,
        range: chain.range,
      };
      const made = this.models.made(this.tracer.trace(named, scope.at));
      const [value] = chain.links[at]?.arguments ?? [];
      if (!made) return undefined;
      const attributes = value && !made.isCollection ? { attributes: { value, scope } } : {};
      return { model: made.facts, isCollection: made.isCollection, link: at + 1, ...attributes };
    }
    const last = chain.links.findIndex((link) => sending.test(link.name) || isKnexQuery(link));
    const own = chain.root === 'this' && last >= 0 ? this.models.around(scope.at) : undefined;
    if (own) {
      const row = own.isStatic ? {} : { row: 'this' };
      return { model: own.facts, isCollection: false, link: 0, ...row };
    }
    for (let link = 0; link <= Math.min(last, 4); link++) {
      const origin = this.tracer.traceLinks(chain, link, scope.at);
      const made = this.models.made(origin);
      if (made) return { model: made.facts, isCollection: made.isCollection, link };
      const model = this.rowModel(origin);
      if (model) return { model, isCollection: false, link, row: rowName(chain, link) };
    }
    return undefined;
  }

  /** The model of one row that was loaded or made before. */
  rowModel(origin: Origin, depth = 0): ModelFacts | undefined {
    if (depth > 5) return undefined;
    if (origin.kind === 'element') return this.rowModel(origin.of, depth + 1);
    if (origin.kind === 'instance') return this.models.made(origin.of)?.facts;
    if (origin.kind !== 'call') return undefined;
    const { chain, at } = origin;
    const scope: Scope = { at, names: new Map() };
    const start = this.start(chain, scope);
    if (!start) return undefined;
    let { model } = start;
    for (const link of chain.links.slice(start.link)) {
      const related = this.#related(model, link);
      if (related) model = related.target;
      else if (
        !/^(?:fetch\w*|save|refresh|load|query|where|orderBy|forge|set|clone|create|at|first|last)$/.test(link.name)
      ) {
        return undefined;
      }
    }
    return model;
  }

  #related(model: ModelFacts, link: Link): Relation | undefined {
    if (link.arguments === undefined) return undefined;
    if (link.name !== 'related') return this.models.relation(model, link.name);
    const [name] = link.arguments;
    return name?.kind === 'literal' ? this.models.relation(model, String(name.value)) : undefined;
  }

  /** Everything up to the method that sends; undefined when there is none, or something else is called before. */
  walk(
    chain: ChainValue,
    start: Start,
    scope: Scope,
    reader: Reader,
  ): { readonly subject: Subject; readonly link: Link } | undefined {
    let subject: Subject = {
      model: start.model,
      isCollection: start.isCollection,
      query: tableQuery(reader, start.model, chain.range),
      attributes: [],
      hasUnknownAttributes: start.row !== undefined,
      ...(start.row === undefined ? {} : { row: start.row }),
    };
    if (start.attributes) subject = withAttributes(subject, start.attributes, reader);
    for (const link of chain.links.slice(start.link)) {
      if (link.arguments === undefined) return undefined;
      const related = this.#related(subject.model, link);
      if (related) {
        subject = relatedSubject(subject, related, link, reader, prefixOf(chain, chain.links.indexOf(link)));
        continue;
      }
      if (sending.test(link.name) || isKnexQuery(link)) return { subject, link };
      const next = step(subject, link, scope, reader);
      if (!next) return undefined;
      subject = next;
    }
    return undefined;
  }
}

/** `Post.query()`: knex's builder for the table. */
export function isKnexQuery({ name, arguments: given }: Link): boolean {
  return name === 'query' && given?.length === 0;
}

function rowName(chain: ChainValue, link: number): string {
  const name = link === 0 ? chain.root : chain.links[link - 1]?.name;
  return typeof name === 'string' && name !== '' ? name : 'row';
}

function step(subject: Subject, link: Link, scope: Scope, reader: Reader): Subject | undefined {
  const { name } = link;
  const [value] = link.arguments ?? [];
  if (applyBuilderLink(subject.query, subject.model, link, scope)) return subject;
  if (name === 'forge' || name === 'set') {
    return value && !subject.isCollection ? withAttributes(subject, { value, scope }, reader) : subject;
  }
  if (name === 'collection' || name === 'all') return { ...subject, isCollection: true };
  return /^(?:clone|resetQuery|withPivot|on|once|off)$/.test(name) ? subject : undefined;
}

function withAttributes(subject: Subject, located: Located, reader: Reader): Subject {
  const expression = reader.expression(located);
  if (expression.kind !== 'object') return { ...subject, hasUnknownAttributes: true };
  return {
    ...subject,
    attributes: [...subject.attributes, expression],
    hasUnknownAttributes: subject.hasUnknownAttributes || expression.isOpen,
  };
}

/** The rows of a relation of one row, with the relation's own conditions. */
function relatedSubject(subject: Subject, relation: Relation, link: Link, reader: Reader, before: ChainValue): Subject {
  const query = tableQuery(reader, relation.target, link.range);
  applyConstraints(query, relation);
  const own = attribute(subject, relation.parentKey);
  const key: SqlText = own
    ? reader.parameter(reader.expression(own))
    : [{ source: `${subject.row ?? subject.model.table}.${relation.parentKey}`, range: link.range }];
  return {
    model: relation.target,
    query,
    isCollection: !/^(?:hasOne|belongsTo|morphOne|morphTo)$/.test(relation.type),
    attributes: [],
    hasUnknownAttributes: false,
    relation: { relation, key, value: own?.value ?? propertyOf(before, relation.parentKey) },
  };
}

export function attribute({ attributes }: Subject, name: string): Located | undefined {
  for (const object of attributes.toReversed()) {
    const entry = object.entries.find(({ key }) => key === name);
    if (entry) return entry.value;
  }
  return undefined;
}
