import type { OptionPlace, PoolOptionNames } from './pool-use';

/** How a library is given its pool's options, and what it takes without them. Times of defaults are in the unit of `unit`. */
export interface PoolLibrary {
  readonly library: string;
  /** Of which the maker is exported. */
  readonly packages: RegExp;
  /** What makes a pool: classes and functions, as they are exported. */
  readonly makers: RegExp;
  readonly unit: 'ms' | 's';
  /** Where each option may stand, dots go in: `extra.max`; the first that is written counts. */
  readonly options: {
    readonly max: readonly string[];
    readonly min?: readonly string[];
    readonly wait?: readonly string[];
    readonly idle?: readonly string[];
    readonly statement?: readonly string[];
    readonly idleInTransaction?: readonly string[];
    readonly application?: readonly string[];
    /** A connection string, or an object with host and database. */
    readonly url?: readonly string[];
    readonly host?: readonly string[];
    readonly port?: readonly string[];
    readonly database?: readonly string[];
  };
  readonly defaults: {
    readonly max: number;
    readonly min?: number;
    readonly wait: number;
    readonly idle: number;
    readonly statement?: number;
    readonly idleInTransaction?: number;
    readonly application?: string;
  };
  /** The object in which the pool's own options stand: `pool`, `extra`. */
  readonly within?: string;
  /** How they are called there. */
  readonly names: PoolOptionNames;
  readonly style?: OptionPlace['style'];
  /** Which database is meant, for libraries that know several: the option's name, and what it may be. */
  readonly dialect?: { readonly paths: readonly string[]; readonly is: RegExp };
  /** An option that makes it divide reads and writes. */
  readonly replication?: string;
  /** An option with which it uses a pool that is made elsewhere. */
  readonly elsewhere?: RegExp;
}

const postgres = /^(?:pg|postgres|postgresql|cockroach(?:db)?|aurora-postgres|pgnative|redshift)$/i;

/** https://node-postgres.com/apis/pool and pg-pool's index.js: 10 connections, 10 s idle, and no end of waiting. */
const pg = {
  unit: 'ms',
  options: {
    max: ['max', 'poolSize'],
    min: ['min'],
    wait: ['connectionTimeoutMillis'],
    idle: ['idleTimeoutMillis'],
    statement: ['statement_timeout'],
    idleInTransaction: ['idle_in_transaction_session_timeout'],
    application: ['application_name', 'fallback_application_name'],
    url: ['connectionString'],
    host: ['host'],
    port: ['port'],
    database: ['database'],
  },
  defaults: { max: 10, wait: 0, idle: 10_000 },
  names: {
    max: 'max',
    waitMs: 'connectionTimeoutMillis',
    statementMs: 'statement_timeout',
    idleInTransactionMs: 'idle_in_transaction_session_timeout',
  },
} as const;

/** https://knexjs.org/guide/#pool, knex's client.js and tarn: 2 to 10 connections, 60 s of waiting, 30 s idle. */
const knex = {
  unit: 'ms',
  options: {
    max: ['pool.max'],
    min: ['pool.min'],
    wait: ['pool.acquireTimeoutMillis', 'acquireConnectionTimeout'],
    idle: ['pool.idleTimeoutMillis'],
    statement: ['connection.statement_timeout'],
    idleInTransaction: ['connection.idle_in_transaction_session_timeout'],
    application: ['connection.application_name'],
    url: ['connection.connectionString', 'connection'],
    host: ['connection.host'],
    port: ['connection.port'],
    database: ['connection.database'],
  },
  defaults: { max: 10, min: 2, wait: 60_000, idle: 30_000 },
  within: 'pool',
  names: { max: 'max', waitMs: 'acquireTimeoutMillis' },
} as const;

export const poolLibraries: readonly PoolLibrary[] = [
  { library: 'pg', packages: /^pg(?:-pool)?$/, makers: /^(?:Pool|default|pg-pool)$/, ...pg },
  { library: '@neondatabase/serverless', packages: /^@neondatabase\/serverless$/, makers: /^Pool$/, ...pg },
  { library: '@vercel/postgres', packages: /^@vercel\/postgres$/, makers: /^createPool$/, ...pg },
  {
    library: 'prisma',
    packages: /^@prisma\/adapter-(?:pg|neon)$/,
    makers: /^Prisma(?:Pg|Neon)$/,
    ...pg,
  },
  {
    // https://github.com/porsager/postgres#connection-details: 10 connections that stay; a query waits in line without an end.
    library: 'postgres',
    packages: /^postgres$/,
    makers: /^default$/,
    unit: 's',
    options: {
      max: ['max'],
      idle: ['idle_timeout'],
      statement: ['connection.statement_timeout'],
      idleInTransaction: ['connection.idle_in_transaction_session_timeout'],
      application: ['connection.application_name'],
      host: ['host', 'hostname'],
      port: ['port'],
      database: ['database', 'db'],
    },
    defaults: { max: 10, wait: 0, idle: 0, application: 'postgres.js' },
    names: { max: 'max' },
  },
  {
    // https://sequelize.org/docs/v6/other-topics/connection-pool/ and its connection-manager.js.
    library: 'sequelize',
    packages: /^(?:sequelize|sequelize-typescript|@nestjs\/sequelize|@sequelize\/core)$/,
    makers: /^(?:Sequelize|default|sequelize|forRoot)$/,
    unit: 'ms',
    options: {
      max: ['pool.max'],
      min: ['pool.min'],
      wait: ['pool.acquire'],
      idle: ['pool.idle'],
      statement: ['dialectOptions.statement_timeout'],
      idleInTransaction: ['dialectOptions.idle_in_transaction_session_timeout'],
      application: ['dialectOptions.application_name'],
      url: ['url', 'uri'],
      host: ['host'],
      port: ['port'],
      database: ['database'],
    },
    defaults: { max: 5, min: 0, wait: 60_000, idle: 10_000 },
    within: 'pool',
    names: { max: 'max', waitMs: 'acquire' },
    dialect: { paths: ['dialect'], is: postgres },
    replication: 'replication',
  },
  {
    library: 'knex',
    packages: /^knex$/,
    makers: /^(?:knex|Knex|default)$/,
    ...knex,
    dialect: { paths: ['client', 'dialect'], is: postgres },
  },
  {
    // https://mikro-orm.io/docs/configuration#driver-options: `pool` goes to Knex.
    library: 'mikro-orm',
    packages: /^@mikro-orm\/(?:core|postgresql|nestjs)$/,
    makers: /^(?:init|initSync|forRoot|defineConfig)$/,
    ...knex,
    options: {
      ...knex.options,
      statement: ['driverOptions.connection.statement_timeout'],
      idleInTransaction: ['driverOptions.connection.idle_in_transaction_session_timeout'],
      url: ['clientUrl'],
      host: ['host'],
      port: ['port'],
      database: ['dbName'],
    },
    replication: 'replicas',
  },
  {
    // https://typeorm.io/docs/drivers/postgres and PostgresDriver.js: all of `extra` goes to pg's Pool.
    library: 'typeorm',
    packages: /^(?:typeorm|@nestjs\/typeorm)$/,
    makers: /^(?:DataSource|createConnection|forRoot)$/,
    ...pg,
    options: {
      max: ['extra.max', 'poolSize', 'extra.poolSize'],
      min: ['extra.min'],
      wait: ['extra.connectionTimeoutMillis', 'connectTimeoutMS'],
      idle: ['extra.idleTimeoutMillis'],
      statement: ['extra.statement_timeout'],
      idleInTransaction: ['extra.idle_in_transaction_session_timeout'],
      application: ['applicationName', 'extra.application_name'],
      url: ['url'],
      host: ['host'],
      port: ['port'],
      database: ['database'],
    },
    within: 'extra',
    dialect: { paths: ['type'], is: postgres },
    replication: 'replication',
  },
  {
    // https://orm.drizzle.team/docs/get-started-postgresql: from a connection string it makes the driver's pool.
    library: 'drizzle',
    packages: /^drizzle-orm\/(?:node-postgres|neon-serverless)$/,
    makers: /^drizzle$/,
    ...pg,
    options: {
      max: ['connection.max'],
      wait: ['connection.connectionTimeoutMillis'],
      idle: ['connection.idleTimeoutMillis'],
      statement: ['connection.statement_timeout'],
      idleInTransaction: ['connection.idle_in_transaction_session_timeout'],
      application: ['connection.application_name'],
      url: ['connection.connectionString', 'connection'],
      host: ['connection.host'],
      port: ['connection.port'],
      database: ['connection.database'],
    },
    within: 'connection',
    elsewhere: /^client$/,
  },
  {
    library: 'drizzle',
    packages: /^drizzle-orm\/postgres-js$/,
    makers: /^drizzle$/,
    unit: 's',
    options: { max: ['connection.max'], idle: ['connection.idle_timeout'], url: ['connection.url', 'connection'] },
    defaults: { max: 10, wait: 0, idle: 0, application: 'postgres.js' },
    within: 'connection',
    names: { max: 'max' },
    elsewhere: /^client$/,
  },
  {
    // https://github.com/gajus/slonik#api and createClientConfiguration.js: 60 s for a statement and for an idle transaction.
    library: 'slonik',
    packages: /^(?:@[\w-]+\/)?slonik$/,
    makers: /^createPool$/,
    unit: 'ms',
    options: {
      max: ['maximumPoolSize'],
      min: ['minimumPoolSize'],
      wait: ['connectionTimeout'],
      idle: ['idleTimeout'],
      statement: ['statementTimeout'],
      idleInTransaction: ['idleInTransactionSessionTimeout'],
    },
    defaults: { max: 10, min: 0, wait: 5_000, idle: 5_000, statement: 60_000, idleInTransaction: 60_000 },
    names: {
      max: 'maximumPoolSize',
      waitMs: 'connectionTimeout',
      statementMs: 'statementTimeout',
      idleInTransactionMs: 'idleInTransactionSessionTimeout',
    },
  },
  { library: 'pg-promise', packages: /^pg-promise$/, makers: /^$/, ...pg },
  {
    // https://docs.sqlalchemy.org/en/20/core/pooling.html: 5 connections and 10 more, 30 s of waiting.
    library: 'sqlalchemy',
    packages: /^sqlalchemy(?:\.|$)/,
    makers: /^create_(?:async_)?engine$/,
    unit: 's',
    options: { max: ['pool_size'], wait: ['pool_timeout'], idle: ['pool_recycle'] },
    defaults: { max: 5, wait: 30, idle: 0 },
    names: { max: 'pool_size', waitMs: 'pool_timeout' },
    style: 'keyword',
  },
];

/** What SQLAlchemy opens beyond `pool_size`. */
export const overflow = { path: 'max_overflow', default: 10 };
