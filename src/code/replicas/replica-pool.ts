import { elementsOf, entry, entryNames } from '../facts/value-access';
import type { ChainValue, Value } from '../facts/values';
import { isReplicaName } from '../pools/connects-to';
import { poolLibraries } from '../pools/libraries';
import type { PoolUse } from '../pools/pool-use';
import { objectAt } from '../pools/settings';
import type { Origin, Place, Tracer } from '../resolve/origin';

/** What is made of what: `drizzle(pool)`, `new PrismaClient({ adapter: new PrismaPg({ … }) })`. */
const mostDeep = 3;

/** Of what divides, or of what is a primary that knows replicas, nothing is said by what it is given. */
const divides = /^(?:withReplicas|\$extends|readReplicas)$/;

/** Clients that have no pool of their own. */
const clients = /^(?:@prisma\/client|\.prisma\/client|kysely|drizzle-orm)(?:\/|$)/;

/** Names of receivers of which nothing else is known. */
const plainNames =
  /^(?:(?:read(?:Only)?|ro|replica|slave|standby|secondary)_?(?:Pool|Db|Database|Client|Conn(?:ection)?|Knex|Sequelize|DataSource|Prisma|Sql|Orm)|(?:db|pool|client|knex|sequelize|prisma|dataSource|sql|conn(?:ection)?)_?(?:Read(?:Only|er)?|Ro|Replica|Slave|Standby|Secondary)|(?:read_?)?replica)$/i;

/**
 * The name by which what a call is sent through is a replica's: that of its host, of the variable with its address, or its
 * own; undefined for any other. It is judged by names, no server was asked.
 */
export function replicaPoolOf(
  sent: ChainValue,
  at: Place,
  tracer: Tracer,
  pools: readonly PoolUse[],
): string | undefined {
  // sql`SELECT …`
  const { root } = sent;
  const chain = typeof root !== 'string' && root.kind === 'template' ? (root.tag ?? sent) : sent;
  const called = chain.links.findLastIndex(({ arguments: given }) => given !== undefined);
  for (let links = 0; links <= Math.max(called, 0); links++) {
    const name = links === 0 ? chain.root : chain.links[links - 1]?.name;
    if (typeof name !== 'string') continue;
    const origin = tracer.traceLinks(chain, links, at);
    const found = nameOfPool(origin, name, tracer, pools, 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOfPool(
  origin: Origin,
  name: string,
  tracer: Tracer,
  pools: readonly PoolUse[],
  depth: number,
): string | undefined {
  if (origin.kind === 'parameter' || origin.kind === 'unknown') return plainNames.test(name) ? name : undefined;
  if (origin.kind !== 'instance' && origin.kind !== 'call') return undefined;
  const made = origin.kind === 'call' ? origin.callee : origin.of;
  if (divides.test(lastOf(made) ?? '')) return undefined;
  const given = origin.arguments ?? [];
  const { at } = origin;
  const pool =
    at && pools.find((one) => isMadeOf(one, origin.kind === 'call' ? origin.chain : undefined, given, at, tracer));
  if (pool) return pool.role === 'replica' ? replicaNameOf(pool, name) : undefined;
  if (made.kind === 'package' && isClient(made) && isReplicaName(name)) return name;
  if (!at || depth >= mostDeep) return undefined;
  for (const value of given.flatMap(partsOf)) {
    const found = nameOfPool(tracer.trace(value, at), nameIn(value), tracer, pools, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A pool or a client: a `Repository<Read>` that is called readRepository says nothing of servers. */
const isClient = ({ package: from, path }: Extract<Origin, { kind: 'package' }>): boolean =>
  (clients.test(from) || poolLibraries.some(({ packages }) => packages.test(from))) &&
  /^(?:default|\w*Pool|\w*Client|Sequelize|DataSource|Kysely|[Kk]nex|postgres|drizzle|\w*Database)$/.test(
    path.at(-1) ?? 'default',
  );

const lastOf = (origin: Origin): string | undefined =>
  origin.kind === 'package' ? origin.path.at(-1) : origin.kind === 'member' ? origin.name : undefined;

/** Whether it is this pool, by where it is made or where its options stand. */
function isMadeOf(
  { path, range, options }: PoolUse,
  chain: ChainValue | undefined,
  given: readonly Value[],
  at: Place,
  tracer: Tracer,
): boolean {
  if (chain && path === at.file.uri && chain.range.start === range.start) return true;
  if (!options) return false;
  return given.some((value) => {
    // `new Sequelize(url)`: the parentheses are where options would be put.
    const isInside = value.range.start >= options.range.start && value.range.end <= options.range.end;
    if (options.isCall) return at.file.uri === options.path && isInside;
    const object = objectAt(value, at, tracer);
    return object?.at.file.uri === options.path && object.value.range.start === options.range.start;
  });
}

/** What tells most: the host, then the variable, then what the program calls it. */
function replicaNameOf({ connectsTo, name }: PoolUse, own: string): string {
  return [connectsTo?.host, connectsTo?.variable, name].find((one) => one !== undefined && isReplicaName(one)) ?? own;
}

/** A value, the elements of a list, the values of an object. */
function partsOf(value: Value): Value[] {
  if (value.kind === 'object') return entryNames(value).flatMap((name) => entry(value, name) ?? []);
  return elementsOf(value) ?? [value];
}

const nameIn = (value: Value): string => {
  const last = value.kind === 'chain' ? (value.links.at(-1)?.name ?? value.root) : '';
  return typeof last === 'string' ? last : '';
};
