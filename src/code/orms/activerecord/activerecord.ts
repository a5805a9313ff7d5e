import type { ChainValue, Link } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { ActiveRecordModels, library } from './models';
import { rows, type Sent, sentBy } from './sends';
import { type Row, type Walked, Walker } from './walker';
import { sentByRow } from './writes';

/** Rails' models: `Post.where(author_id: 1).includes(:comments).each { … }`. */
export class ActiveRecord implements Orm {
  readonly library = library;
  readonly languageId = 'ruby';
  readonly packages = /^ruby$/;
  readonly methods: ReadonlySet<string> = new Set(['where', 'find', 'find_by', 'all', 'includes', 'create', 'update']);
  readonly #walkers = new WeakMap<Tracer, Walker>();

  models(tracer: Tracer): readonly Model[] {
    return this.#walker(tracer).models.models;
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    const walker = this.#walker(context.tracer);
    if (walker.models.models.length === 0) return undefined;
    const walked = walker.walk(chain, { at: context.at });
    if (!walked) return undefined;
    const { state, link, last } = walked;
    if (state.kind === 'row') return this.#ofRow(state, walked, walker);
    // The rows of a query that stands elsewhere are gone through here: it is told there.
    const isStep = !last && (!link || /^(?:size|length|any\?|none\?|empty\?|\[\])$/.test(link.name));
    if (isStep && chain.root !== 'this' && !isConstant(chain)) return undefined;
    // A list of what hangs on a row of a list is read of the row.
    if (state.isNone || state.isOfElement) return undefined;
    // Nothing more is asked than what the row has.
    const isWhole = last !== undefined && last === chain.links.find(({ arguments: given }) => !given);
    if (state.isLoaded && isWhole && isAnswered(link)) return undefined;
    const sent = sentBy(state, link, walker, { at: context.at });
    if (!sent || (!last && isLoad(sent, link) && !isConstant(chain))) return undefined;
    if (!last && !link) return undefined;
    return callOf(sent, isLoad(sent, link) ? (last ?? link) : link);
  }

  readRow({ model, chain, link, loaded }: RowAccess, { tracer, at }: CallContext): OrmCall | undefined {
    const walker = this.#walker(tracer);
    const facts = walker.models.named(model.name);
    const touched = chain.links[link];
    const association = facts?.model.associations.find(({ name }) => name === touched?.name);
    if (!facts || !touched || !association || (touched.arguments?.length ?? 0) > 0) return undefined;
    const name = link === 0 ? String(chain.root) : (chain.links[link - 1]?.name ?? 'row');
    const row: Row = { kind: 'row', facts, name, loaded, isElement: true };
    const related = walker.related(row, association, touched.range);
    if (!related) return undefined;
    const isLoaded = loaded.includes(association.name);
    if (!/Many$/.test(association.kind)) {
      if (isLoaded) return undefined;
      const limit = related.text.parameter({ source: '1', constant: 1, range: touched.range });
      return callOf({ ...rows({ ...related, limit }, walker, 'load', false), hasLimit: false }, touched);
    }
    const walked = walker.along(chain, link + 1, related, { at });
    const { state, link: stop, last } = walked;
    if (state.kind === 'row' || state.isNone) return undefined;
    const isWhole = last === undefined;
    if (isLoaded && isWhole && isAnswered(stop)) return undefined;
    const sent =
      sentBy(state, stop, walker, { at }) ??
      (isWhole && stop && /^(?:new|build|<<|push)$/.test(stop.name) ? undefined : rows(state, walker));
    if (!sent) return undefined;
    const isLoadOfAll = isWhole && sent.operation === 'find';
    return callOf(isLoadOfAll ? { ...sent, operation: 'load' } : sent, stop && !isLoad(sent, stop) ? stop : touched);
  }

  #ofRow(row: Row, { link, index, state }: Walked, walker: Walker): OrmCall | undefined {
    if (!link || state.kind !== 'row') return undefined;
    const sent = sentByRow(row, link, walker);
    if (sent) return callOf(sent, link);
    // In a method of the row: whether it is loaded is its caller's affair.
    if (row.name === 'this') return undefined;
    // What is touched of a list's row is told with the loop.
    if (row.isElement || index > 0 || row.loaded.includes(link.name) || (link.arguments?.length ?? 0) > 0)
      return undefined;
    const association = row.facts.model.associations.find(({ name }) => name === link.name);
    const related =
      association && !/Many$/.test(association.kind) ? walker.related(row, association, link.range) : undefined;
    if (!related) return undefined;
    const limit = related.text.parameter({ source: '1', constant: 1, range: link.range });
    return callOf(rows({ ...related, limit }, walker, 'load', false), link);
  }

  #walker(tracer: Tracer): Walker {
    const known = this.#walkers.get(tracer);
    if (known) return known;
    const walker = new Walker(tracer, new ActiveRecordModels(tracer));
    this.#walkers.set(tracer, walker);
    return walker;
  }
}

/** Loaded rows answer it themselves; these ask the database all the same. */
function isAnswered(link: Link | undefined): boolean {
  const asks =
    /^(?:count|exists\?|find|find_by!?|pluck|sum|average|minimum|maximum|update_all|delete_all|destroy_all|create!?|find_or_create_by!?|insert_all|find_each)$/;
  return !link || !asks.test(link.name) || link.arguments?.[0]?.kind === 'function';
}

function isConstant({ root }: ChainValue): boolean {
  return typeof root === 'string' && /^[A-Z]/.test(root);
}

/** All rows are asked for, whatever is done with them then. */
function isLoad({ operation, isMany }: Sent, link: Link | undefined): boolean {
  return operation === 'find' && isMany && !/^(?:pluck|ids|find|first|last|take)$/.test(link?.name ?? '');
}

function callOf(sent: Sent, link: Link | undefined): OrmCall | undefined {
  if (!link) return undefined;
  const { operation, isMany, relation, statements, notes = [] } = sent;
  const { facts, loads, equals, isOnlyEquals, limit } = relation;
  return {
    library,
    operation,
    isMany,
    model: facts.model,
    loads: [
      ...loads.map(({ path, range }) => ({ path, range })),
      ...(relation.inverse === undefined
        ? []
        : [{ path: relation.inverse, range: link.range, isImplied: true as const }]),
    ],
    hasLimit: sent.hasLimit ?? limit !== undefined,
    equals,
    isOnlyEquals: isOnlyEquals && relation.conditions.length <= equals.length,
    statements,
    notes: [...new Set([...relation.notes, ...notes])],
    nameRange: link.range,
  };
}
