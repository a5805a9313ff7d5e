import type { TextRange } from '../../../nouns/text-range';
import { valuesIn } from '../../facts/value-access';
import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { Interpreter } from '../interpreter/interpreter';
import type { Thing } from '../interpreter/things';
import type { CallContext, Orm, OrmCall } from '../orm';
import { Column, Query, Table } from './chunks';
import { Batch } from './database';
import { equalsOf } from './equals';
import { Insert } from './insert';
import { DrizzleLibrary, starts } from './library';
import { type Casing, printed } from './print';
import { Count } from './query-builder';
import { RelationalQuery } from './relational';
import { drizzleModels } from './schema-models';
import { Select } from './select';
import { takerOf } from './sent';
import { DeclaredTables, detailsOf } from './table-details';
import { Write } from './write';

/** Steps that only a query has; a helper's query goes on with them: `published().limit(10)`. */
const steps: ReadonlySet<string> = new Set([
  ...['where', 'orderBy', 'limit', 'offset', 'groupBy', 'having', 'returning', 'for', '$dynamic', 'prepare'],
  ...['leftJoin', 'innerJoin', 'rightJoin', 'fullJoin', 'onConflictDoNothing', 'onConflictDoUpdate'],
]);

const setFunctions = new Set(['union', 'unionAll', 'intersect', 'intersectAll', 'except', 'exceptAll']);

export class Drizzle implements Orm {
  readonly library = 'drizzle';
  readonly packages = /^drizzle-orm(?:\/|$)/;
  readonly methods: ReadonlySet<string> = new Set([...starts, ...steps]);
  readonly #tables = new WeakMap<readonly Model[], DeclaredTables>();

  models(tracer: Tracer): readonly Model[] {
    return drizzleModels(tracer);
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    const name = nameOf(chain);
    if (name === undefined || this.#isPart(chain, context)) return undefined;
    const models = context.models.of('drizzle');
    const notes = new Set<string>();
    let casing: Casing = models[0] === undefined ? undefined : detailsOf(models[0]).casing;
    const tables = this.#tablesOf(models);
    const library = new DrizzleLibrary({ models, notes, tables, madeWith: (each) => (casing = each) });
    const interpreter = new Interpreter(context.tracer, library);
    const made = interpreter.evaluate(chain, context.at);
    for (const note of interpreter.notes) notes.add(note);
    return made instanceof Query ? callOf(made, { chain, name, context, casing, notes }) : undefined;
  }

  /** Drizzle sends a query when it is awaited: one that is kept in a name, or handed to another one, is a part of that. */
  #isPart(chain: ChainValue, context: CallContext): boolean {
    if (context.use === undefined || context.use.isAwaited) return false;
    const taker = takerOf(chain, context);
    if (taker === undefined || taker === 'none') return taker !== undefined;
    return this.read(taker.chain, { ...context, use: taker }) !== undefined;
  }

  #tablesOf(models: readonly Model[]): DeclaredTables {
    const known = this.#tables.get(models) ?? new DeclaredTables(models);
    this.#tables.set(models, known);
    return known;
  }
}

/** Where the query begins in this chain: a name of drizzle's, or of what goes on with one that began elsewhere. */
function nameOf(chain: ChainValue): TextRange | undefined {
  const { links, root, rootRange, range } = chain;
  const isHere = (at: TextRange) => range.start <= at.start && at.end <= range.end;
  const own = links.filter(({ name, arguments: given }) => given !== undefined && starts.has(name));
  const begin = own[0]?.name === 'with' ? own.at(-1) : own[0];
  const last = links.findLast(
    ({ name, arguments: given, range: at }) => given !== undefined && name !== '' && isHere(at),
  );
  if (begin !== undefined) return isHere(begin.range) ? begin.range : (last?.range ?? range);
  const isFunction = typeof root === 'string' && links[0]?.name === '';
  if (isFunction && setFunctions.has(root)) return rootRange;
  const holdsQuery = [...valuesIn(chain)].some(
    (value) =>
      value.kind === 'chain' &&
      value.links.some(({ name, arguments: given }) => given !== undefined && starts.has(name)),
  );
  if (holdsQuery) return isFunction ? rootRange : last?.range;
  return links.findLast(({ name, arguments: given }) => given !== undefined && steps.has(name))?.range;
}

interface Reading {
  readonly chain: ChainValue;
  readonly name: TextRange;
  readonly context: CallContext;
  readonly casing: Casing;
  readonly notes: ReadonlySet<string>;
}

function callOf(query: Query, { chain, name, context, casing, notes }: Reading): OrmCall | undefined {
  if (query.parts.some((part) => part instanceof Write && part.isEmpty)) return undefined;
  const statements = query.parts.map((part) => printed(part.sql(), casing));
  if (statements.length === 0) return undefined;
  const model = modelOf(query, context.models.of('drizzle'));
  const relational = query instanceof RelationalQuery ? query : undefined;
  const where = 'where' in query ? (query.where as Thing | undefined) : undefined;
  const { equals, isOnlyEquals } = query instanceof Select && query.hasJoins ? none : equalsOf(where, model);
  const options = relational?.config?.kind === 'record' ? optionsOf(chain) : undefined;
  const selects = query instanceof Select ? selectedOf(query, model) : relational?.selects;
  return {
    library: 'drizzle',
    operation: operationOf(query),
    isMany: isMany(query),
    ...(model === undefined ? {} : { model }),
    loads: relational?.loads ?? [],
    ...(selects === undefined ? {} : { selects }),
    hasLimit: query instanceof Select || query instanceof RelationalQuery ? query.hasLimit : false,
    equals,
    isOnlyEquals,
    statements,
    notes: [...notes],
    nameRange: name,
    ...(options === undefined ? {} : { options }),
  };
}

const none = { equals: [], isOnlyEquals: false } as const;

function operationOf(query: Query): OrmCall['operation'] {
  if (!(query instanceof Select) || query.isGrouped) return query.operation;
  const fields = [...query.fields.entries.values()];
  const isAggregate =
    fields.length > 0 && fields.every((field) => /^(?:count|sum|avg|min|max)\(/.test(firstText(field)));
  return isAggregate
    ? fields.every((field) => firstText(field).startsWith('count('))
      ? 'count'
      : 'aggregate'
    : 'find';
}

function firstText(field: Thing): string {
  const sql = 'sql' in field && typeof field.sql === 'object' ? (field.sql as Thing) : field;
  const [first] = 'chunks' in sql ? (sql.chunks as readonly unknown[]) : [];
  return typeof first === 'string' ? first : '';
}

function isMany(query: Query): boolean {
  if (query instanceof Batch) return true;
  if (query instanceof Count) return false;
  if (query instanceof Insert)
    return query.rows?.kind === 'list' ? query.rows.items.length !== 1 : query.rows?.kind !== 'record';
  if (query instanceof Select) {
    const isOne = query.limit?.kind === 'constant' && query.limit.value === 1;
    return !isOne && operationOf(query) === 'find';
  }
  return query.operation !== 'find one';
}

function modelOf(query: Query, models: readonly Model[]): Model | undefined {
  const table =
    query instanceof Select ? query.source : query instanceof Write || query instanceof Count ? query.table : undefined;
  const of = query instanceof RelationalQuery ? query.of.table : table;
  return of instanceof Table ? models.find((model) => detailsOf(model).table.isSame(of)) : undefined;
}

/** Properties that are the model's own columns; undefined for all of them. */
function selectedOf(query: Select, model: Model | undefined): readonly string[] | undefined {
  if (model === undefined || query.hasJoins) return undefined;
  const fields = [...query.fields.entries];
  const isAll = fields.length === model.columns.length && fields.every(([, field]) => field instanceof Column);
  return isAll ? undefined : fields.map(([name]) => name);
}

function optionsOf(chain: ChainValue): OrmCall['options'] {
  const call = chain.links.find(({ name }) => name === 'findMany' || name === 'findFirst');
  const [options] = call?.arguments ?? [];
  return options?.kind === 'object' ? options : undefined;
}
