import type { ChainValue, Link } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import { Interpreter } from '../interpreter/interpreter';
import type { CallContext, Orm, OrmCall } from '../orm';
import { databasesOf } from './databases';
import { withDecisions } from './decisions';
import { type Databases, KyselyLibrary, starts } from './library';
import { Sent } from './pieces';
import { printed } from './print';
import { Select } from './select';
import { Insert } from './writes';

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

  prepare(chain: ChainValue): ChainValue {
    return withDecisions(chain);
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    const end = chain.links.at(-1);
    if (end?.arguments === undefined || !ends.has(end.name)) return undefined;
    const notes = new Set<string>();
    const library = new KyselyLibrary(context.tracer, this.#databasesOf(context.tracer), notes);
    const interpreter = new Interpreter(context.tracer, library);
    const sent = interpreter.evaluate(chain, context.at);
    if (!(sent instanceof Sent)) return undefined;
    const { query } = sent;
    const isFirst = /^executeTakeFirst/.test(sent.by);
    return {
      library: 'kysely',
      operation: query.operation === 'find' && isFirst ? 'find one' : query.operation,
      isMany: query instanceof Insert ? query.parts.rows > 1 : !isFirst,
      loads: [],
      hasLimit: query instanceof Select && query.hasLimit,
      equals: [],
      isOnlyEquals: false,
      statements: [printed(query, library.camelCase)],
      notes: [...notes, ...interpreter.notes],
      nameRange: nameOf(chain, end).range,
    };
  }

  #databasesOf(tracer: Tracer): Databases {
    const known = this.#databases.get(tracer) ?? databasesOf(tracer);
    this.#databases.set(tracer, known);
    return known;
  }
}

/** `selectFrom`; what runs it where that stands elsewhere. */
function nameOf({ links, range }: ChainValue, end: Link): Link {
  const begin = links.find(({ name }) => starts.has(name) && !/^with/.test(name));
  return begin !== undefined && range.start <= begin.range.start && begin.range.end <= range.end ? begin : end;
}
