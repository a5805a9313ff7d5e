import type { TextRange } from '../../nouns/text-range';
import type { Hoisting } from './hoistable';

/** A place where a program makes a pool of connections: `new Pool({ max: 20 })`, `new Sequelize(url, { pool })`. */
export interface PoolUse {
  /** Of the file. */
  readonly path: string;
  readonly range: TextRange;
  readonly library: string;
  /** `pool`, `Database.pool`: what holds it, where it has a name. */
  readonly name?: string;
  /** Connections at most, for each process. */
  readonly max: PoolSetting;
  readonly min?: PoolSetting;
  /** In ms. How long a request waits for a connection; 0 waits for ever. */
  readonly waitMs: PoolSetting;
  /** In ms; 0: idle connections are kept. */
  readonly idleMs: PoolSetting;
  /** In ms; the statement_timeout that its connections set. */
  readonly statementMs?: PoolSetting;
  /** In ms; the idle_in_transaction_session_timeout that its connections set. */
  readonly idleInTransactionMs?: PoolSetting;
  /** The application_name that its connections set. */
  readonly application?: string;
  /** What it connects to, where the program says so: the variable (`DATABASE_URL`), never a password. */
  readonly connectsTo?: {
    readonly variable?: string;
    readonly host?: string;
    readonly port?: number;
    readonly database?: string;
  };
  /** 'replica': only reads may go there; 'both': the library divides reads and writes itself. */
  readonly role: 'primary' | 'replica' | 'both';
  /** Made anew for each request: the function that makes it, and why it is known to run for each. */
  readonly perRequest?: { readonly inFunction: string; readonly why: string } & Hoisting;
  /** A function of the program makes it, with options that begin there: the pool of that place is this one. */
  readonly madeBy?: { readonly path: string; readonly start: number };
  /** Its file is one of a function that a cloud runs: each instance of it has the pool for itself, and nobody says how many there are. */
  readonly isServerless?: true;
  /** Where options can be put in: the object literal of the options, if there is one. */
  readonly options?: PoolOptions;
  /** Where the option that makes the library divide reads and writes can be put in, of libraries that have one. */
  readonly replicationPlace?: OptionPlace;
}

/** The object literal in which a pool's options stand. */
export interface PoolOptions extends OptionPlace {
  /** The literal in which the pool's own options would stand is not there: `pool` where they are written `pool: { max: 10 }`. */
  readonly within?: string;
  /** How each is called there, in the unit of `unit`. */
  readonly names: PoolOptionNames;
  readonly unit: 'ms' | 's';
}

/** A literal of options. */
export interface OptionPlace {
  /** Of the file, which may be another one than that of the pool. */
  readonly path: string;
  readonly range: TextRange;
  /** It is a call without options: `range` is of its parentheses, and a literal is to be put in. */
  readonly isCall?: true;
  /** `pool_size=5` among a Python call's arguments, where `range` is of its parentheses, or `'max_size': 5` in a dict; else `max: 5`. */
  readonly style?: 'keyword' | 'dict';
  /** Where a new option can be put, with what has to stand around it; known once the file's text is. */
  readonly insertion?: { readonly range: TextRange; readonly before: string; readonly after: string };
}

export interface PoolOptionNames {
  readonly max?: string;
  readonly waitMs?: string;
  readonly statementMs?: string;
  readonly idleInTransactionMs?: string;
}

/** A number that the program gives, or what the library takes without it. */
export interface PoolSetting {
  /** Undefined: known only at run time. With an environment variable, what is taken without it. */
  readonly value?: number;
  readonly isDefault: boolean;
  /** Of the value, in the file; absent for a default. */
  readonly range?: TextRange;
  /** The file, where that is not the one of the pool. */
  readonly path?: string;
  /** `process.env.POOL_SIZE`; of a default that is no number, what it is. */
  readonly source?: string;
  /** `POOL_SIZE`, an environment variable that may give it. */
  readonly variable?: string;
  /** How it is called there, where that is not the name of the pool's options: `maximum-pool-size`. */
  readonly name?: string;
  /** What it is the sum of: SQLAlchemy's `pool_size` and `max_overflow`. */
  readonly parts?: readonly PoolSetting[];
}
