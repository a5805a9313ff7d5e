import type { Origin } from '../resolve/origin';

export interface CheckoutKind {
  readonly library: string;
  readonly noun: 'connection' | 'transaction';
  /** What gives it back, as it is called there. */
  readonly end: RegExp;
  /** `release`; of a transaction `commit` and `rollback`. */
  readonly names: readonly string[];
  /** It is given to what gives it back: `pool.putconn(connection)`. */
  readonly isGiven?: true;
}

const ofPool: Omit<CheckoutKind, 'library'> = { noun: 'connection', end: /^release$/, names: ['release'] };
const ofPgPromise: Omit<CheckoutKind, 'library'> = { noun: 'connection', end: /^done$/, names: ['done'] };
const ofTransaction: Omit<CheckoutKind, 'library'> = {
  noun: 'transaction',
  end: /^(?:commit|rollback)$/,
  names: ['commit', 'rollback'],
};

const ofSqlAlchemy: Omit<CheckoutKind, 'library'> = { noun: 'connection', end: /^close$/, names: ['close'] };
const ofRails: Omit<CheckoutKind, 'library'> = {
  noun: 'connection',
  end: /^checkin$/,
  names: ['checkin'],
  isGiven: true,
};
const ofPsycopg: Omit<CheckoutKind, 'library'> = {
  noun: 'connection',
  end: /^putconn$/,
  names: ['putconn'],
  isGiven: true,
};

/** What a call gives, by where its receiver comes from, also through functions of the program that only pass it on. */
export function kindOf(origin: Origin): CheckoutKind | undefined {
  if (origin.kind !== 'call') return undefined;
  if (origin.callee.kind !== 'member')
    return isSession(origin.callee) ? { library: 'sqlalchemy', ...ofSqlAlchemy } : undefined;
  const { name, of } = origin.callee;
  if (origin.arguments.some(({ kind }) => kind === 'function')) return undefined;
  const from = packageOf(of);
  switch (name) {
    case 'connect':
      if (from && /^(?:pg|pg-pool|@neondatabase\/serverless|@vercel\/postgres)$/.test(from.package)) {
        return /Pool|^db$|^default$/.test(from.name) ? { library: from.package, ...ofPool } : undefined;
      }
      if (isEngine(from)) return { library: 'sqlalchemy', ...ofSqlAlchemy };
      // `db.task` gives it back by itself.
      return from?.package === 'pg-promise' ? { library: 'pg-promise', ...ofPgPromise } : undefined;
    case 'raw_connection':
      return isEngine(from) ? { library: 'sqlalchemy', ...ofSqlAlchemy } : undefined;
    case 'checkout':
      return isRailsPool(of) ? { library: 'activerecord', ...ofRails } : undefined;
    case 'getconn':
      return from && /^(?:psycopg2|psycopg_pool)\b/.test(from.package) && /Pool$/.test(from.name)
        ? { library: from.package, ...ofPsycopg }
        : undefined;
    case 'reserve':
      return from?.package === 'postgres' ? { library: 'postgres', ...ofPool } : undefined;
    case 'createQueryRunner':
      return from?.package === 'typeorm' || from?.package === '@nestjs/typeorm'
        ? { library: 'typeorm', ...ofPool }
        : undefined;
    case 'transaction':
      if (from && /^(?:sequelize|sequelize-typescript|@sequelize\/core|knex)$/.test(from.package))
        return { library: from.package, ...ofTransaction };
      return undefined;
    default:
      return undefined;
  }
}

/** `ActiveRecord::Base.connection_pool` */
function isRailsPool(origin: Origin): boolean {
  return origin.kind === 'call' && origin.callee.kind === 'member' && origin.callee.name === 'connection_pool';
}

function isEngine(from: ReturnType<typeof packageOf>): boolean {
  return from !== undefined && /^sqlalchemy\b/.test(from.package) && /^create_(?:async_)?engine$/.test(from.name);
}

/** `Session(engine)`, and what a sessionmaker makes; those of `scoped_session` are one for each thread, and removed elsewhere. */
function isSession(callee: Origin): boolean {
  const from = packageOf(callee);
  if (!from || !/^sqlalchemy(?:\.orm|\.ext\.asyncio)?$/.test(from.package)) return false;
  return callee.kind === 'call' ? /^(?:async_)?sessionmaker$/.test(from.name) : /^(?:Async)?Session$/.test(from.name);
}

/** The package that an object comes from, and by which of its names. */
export function packageOf(origin: Origin): { readonly package: string; readonly name: string } | undefined {
  switch (origin.kind) {
    case 'instance':
      return packageOf(origin.of);
    case 'call':
      return packageOf(origin.callee);
    case 'member':
      return packageOf(origin.of);
    case 'package':
      return { package: origin.package, name: origin.path.at(-1) ?? 'default' };
    default:
      return undefined;
  }
}
