import type { TextRange } from '../../nouns/text-range';

/** A place where a program makes a pool of connections: `new Pool({ max: 20 })`, `new Sequelize(url, { pool })`. */
export interface PoolUse {
  /** Of the file. */
  readonly path: string;
  readonly range: TextRange;
  readonly library: string;
  /** Connections at most, for each process. */
  readonly max: PoolSetting;
  readonly min?: PoolSetting;
  /** In ms. How long a request waits for a connection; 0 waits for ever. */
  readonly waitMs: PoolSetting;
  /** In ms. */
  readonly idleMs: PoolSetting;
  /** In ms; the statement_timeout that its connections set. */
  readonly statementMs?: PoolSetting;
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
  readonly perRequest?: { readonly inFunction: string; readonly why: string };
  /** Where options can be put in: the object literal of the options, if there is one. */
  readonly options?: TextRange;
}

/** A number that the program gives, or what the library takes without it. */
export interface PoolSetting {
  /** Undefined: known only at run time. */
  readonly value?: number;
  readonly isDefault: boolean;
  /** Of the value, in the file; absent for a default. */
  readonly range?: TextRange;
  /** `process.env.POOL_SIZE` */
  readonly source?: string;
}
