import type { QueryPlace } from '../calls/repetition';
import { entry, isTrue, nameOf, stringOf } from '../facts/value-access';
import type { ChainValue, Link, Value } from '../facts/values';
import { isReplicaName } from '../pools/connects-to';
import type { PoolUse } from '../pools/pool-use';
import type { Tracer } from '../resolve/origin';
import { replicaPoolOf } from './replica-pool';
import type { SentTo } from './replica-use';

/** What its way is known by. */
export type SentPlace = Pick<QueryPlace, 'chain' | 'library' | 'at' | 'orm'> & Partial<Pick<QueryPlace, 'operation'>>;

/** Which server a read is sent to, once there is more than one. */
export class SentToReader {
  readonly #tracer: Tracer;
  readonly #pools: readonly PoolUse[];

  constructor(tracer: Tracer, pools: readonly PoolUse[]) {
    this.#tracer = tracer;
    this.#pools = pools;
  }

  of(place: SentPlace): SentTo {
    const { chain, library } = place;
    if (!chain) return 'open';
    return this.poolOf(place) === undefined ? (dividing[library]?.(place, chain) ?? 'open') : 'replica';
  }

  /** The name by which what sends a query is a replica's. */
  poolOf({ chain, at }: Pick<QueryPlace, 'chain' | 'at'>): string | undefined {
    return chain && replicaPoolOf(chain, at, this.#tracer, this.#pools);
  }
}

type Divide = (place: SentPlace, chain: ChainValue) => SentTo;

/** By the library that divides reads and writes itself, where it is told of replicas. */
const dividing: Readonly<Record<string, Divide>> = {
  // lib/sequelize.js and connection-manager.js of Sequelize 6: the type decides, useMaster overrules it.
  sequelize: ofSequelize,
  'sequelize-typescript': ofSequelize,
  // DataSource.query() makes a query runner of the master; select builders and finders one of a slave.
  typeorm: (_, chain) =>
    isCalled(chain, /^(?:query|setQueryRunner)$/) || isAsked(chain, 'createQueryRunner', 'master')
      ? 'primary'
      : 'divided',
  // https://mikro-orm.io/docs/read-connections
  'mikro-orm': ({ orm }, chain) => {
    const type = optionsIn(chain).map((one) => stringOf(entry(one, 'connectionType')));
    // A row by its key may be in the entity manager already, and is not asked for then.
    const isOfIdentityMap = orm?.operation === 'find one' && orm.isOnlyEquals && orm.loads.length === 0;
    if (type.includes('write') || isGivenOptions(chain) || isOfIdentityMap) return 'primary';
    return isCalled(chain, /^(?:execute|getConnection|getKnex)$/) ? 'primary' : 'divided';
  },
  // src/extension.ts of @prisma/extension-read-replicas: raw queries go to the primary.
  prisma: (_, chain) => {
    if (has(chain, '$replica')) return 'replica';
    return has(chain, '$primary') || chain.links.some(({ name }) => name.startsWith('$queryRaw'))
      ? 'primary'
      : 'divided';
  },
  // withReplicas in pg-core/db.js
  drizzle: (_, chain) => (has(chain, '$primary') || isCalled(chain, /^execute$/) ? 'primary' : 'divided'),
  // https://docs.djangoproject.com/en/stable/topics/db/multi-db/#topics-db-multi-db-routing
  django: (_, chain) => {
    const using = chain.links.find(({ name }) => name === 'using');
    if (!using?.arguments) return 'divided';
    return isReplicaName(stringOf(using.arguments[0]) ?? '') ? 'replica' : 'primary';
  },
};

function ofSequelize({ operation }: SentPlace, chain: ChainValue): SentTo {
  const options = optionsIn(chain);
  if (options.some((one) => isTrue(entry(one, 'useMaster'))) || isGivenOptions(chain)) return 'primary';
  if (chain.links.at(-1)?.name !== 'query') return operation === 'raw' ? 'primary' : 'divided';
  return options.some(isTypedSelect) ? 'divided' : 'primary';
}

/** `{ type: QueryTypes.SELECT }`; rows as objects are asked for as SELECT without it. */
export function isTypedSelect(options: Value): boolean {
  const type = entry(options, 'type');
  const name = type?.kind === 'chain' ? type.links.at(-1)?.name : stringOf(type);
  if (name !== undefined) return name === 'SELECT';
  return entry(options, 'model') !== undefined || isTrue(entry(options, 'plain')) || isTrue(entry(options, 'nest'));
}

/** The objects that the chain's last call is given. */
export function optionsIn(chain: ChainValue): Value[] {
  const last = chain.links.findLast(({ arguments: given }) => given);
  return last?.arguments?.filter(({ kind }) => kind === 'object') ?? [];
}

/** What callers say may name a transaction, or the primary: `findByPk(id, options)`, `findOne({ where, ...options })`. */
function isGivenOptions(chain: ChainValue): boolean {
  const last = chain.links.findLast(({ arguments: given }) => given);
  return (last?.arguments ?? []).some(
    (one) => /^(?:options?|opts)$/i.test(nameOf(one) ?? '') || (one.kind === 'object' && one.open === true),
  );
}

const has = ({ links }: ChainValue, name: string): boolean => links.some((link) => link.name === name);

const isCalled = ({ links }: ChainValue, name: RegExp): boolean =>
  links.some((link) => link.arguments && name.test(link.name));

export function isAsked({ links }: ChainValue, name: string, argument: string): boolean {
  return links.some((link: Link) => link.name === name && stringOf(link.arguments?.[0]) === argument);
}
