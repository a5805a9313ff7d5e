import type { TextRange } from '../../../nouns/text-range';
import type { ChainValue, Link } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { Interpreter } from '../interpreter/interpreter';
import type { CallContext, Orm, OrmCall } from '../orm';
import { Change } from './change';
import type { Conditions } from './conditions';
import { databasesOf } from './databases';
import { withDecisions } from './decisions';
import { sentByHelper } from './helper-calls';
import { Insert } from './insert';
import { type Databases, KyselyLibrary, starts } from './library';
import { type Query, Sent } from './pieces';
import { printed } from './print';
import { Select } from './select';
import { aggregateOf, selectedNames } from './selected';
import { tableOf as nameOfTable } from './write-parts';

/** What sends a query. */
const ends: ReadonlySet<string> = new Set([
  'execute',
  'executeTakeFirst',
  'executeTakeFirstOrThrow',
  'executeQuery',
  'stream',
]);

export class Kysely implements Orm {
  readonly library = 'kysely';
  readonly packages = /^(?:nestjs-)?kysely(?:\/|$)/;
  readonly methods = ends;
  readonly #databases = new WeakMap<Tracer, Databases>();

  models(tracer: Tracer): readonly Model[] {
    const databases = this.#databasesOf(tracer);
    return databases.all().flatMap((tables) => tables.models(databases.camelCaseOf(tables.name)));
  }

  prepare(chain: ChainValue): ChainValue {
    return withDecisions(chain);
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    const { tracer, at } = context;
    const end = chain.links.at(-1);
    if (end?.arguments === undefined) return undefined;
    const notes = new Set<string>();
    const library = new KyselyLibrary(tracer, this.#databasesOf(tracer), notes);
    const interpreter = new Interpreter(tracer, library);
    const found = ends.has(end.name)
      ? [interpreter.evaluate(chain, at)]
      : sentByHelper(chain, at, { tracer, interpreter, starts, ends });
    const all = found.filter((each) => each instanceof Sent);
    const [sent] = all;
    if (sent === undefined) return undefined;
    const { query } = sent;
    // `update posts set …` of which no column is known.
    if (query instanceof Change && query.operation === 'update' && query.sets.length === 0) return undefined;
    const isFirst = /^executeTakeFirst/.test(sent.by);
    const table = tableOf(query);
    const model = table === undefined ? undefined : context.models.of('kysely').find(({ name }) => name === table);
    const selects = query instanceof Select ? selectedNames(query.parts.selections) : undefined;
    return {
      library: 'kysely',
      operation: operationOf(query, isFirst),
      isMany: query instanceof Insert ? query.parts.rows > 1 : !isFirst,
      ...(model === undefined ? {} : { model }),
      loads: [],
      ...(selects === undefined ? {} : { selects }),
      hasLimit: query instanceof Select && query.hasLimit,
      ...conditionsOf(query),
      statements: all.map((each) => printed(each.query, library.camelCase)),
      notes: [...notes, ...interpreter.notes],
      nameRange: nameOf(chain, end),
    };
  }

  #databasesOf(tracer: Tracer): Databases {
    const known = this.#databases.get(tracer) ?? databasesOf(tracer);
    this.#databases.set(tracer, known);
    return known;
  }
}

/** The only table of the query. */
function tableOf(query: Query): string | undefined {
  if (query instanceof Select) return query.parts.joins.length === 0 ? nameOfTable(query.parts.from) : undefined;
  return query instanceof Insert || query instanceof Change ? nameOfTable(query.parts.table) : undefined;
}

function operationOf(query: Query, isFirst: boolean): OrmCall['operation'] {
  if (!(query instanceof Select)) return query.operation;
  const aggregate = query.parts.groupBy.length === 0 ? aggregateOf(query.parts.selections) : undefined;
  return aggregate ?? (isFirst ? 'find one' : 'find');
}

function conditionsOf(query: Query): Conditions {
  const isPlain = (query instanceof Select && query.parts.joins.length === 0) || query instanceof Change;
  return isPlain ? query.parts.conditions : { equals: [], isOnlyEquals: false };
}

/** `selectFrom`; what runs it where that stands elsewhere. */
function nameOf({ root, rootRange, links, range }: ChainValue, end: Link): TextRange {
  const begin = links.find(({ name }) => starts.has(name) && !/^with/.test(name));
  if (begin !== undefined && range.start <= begin.range.start && begin.range.end <= range.end) return begin.range;
  return end.name === '' && typeof root === 'string' && links.length === 1 ? rootRange : end.range;
}
