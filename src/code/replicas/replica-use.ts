import type { TextRange } from '../../nouns/text-range';

/** What of a program minds which server answers: the primary, or a replica that is a moment behind and takes no writes. */
export interface ReplicaUses {
  readonly ownWrites: readonly OwnWrite[];
  readonly writes: readonly ReplicaWrite[];
  /** Where a library is told to divide reads and writes by something else than its pool's options. */
  readonly divisions: readonly Division[];
  /** Clients that can be told of a replica by an edit, besides those whose pool has an option for it. */
  readonly clients: readonly ReplicaClient[];
}

/** `new PrismaClient({ adapter })`, `drizzle(pool)`, Django's DATABASES, with what makes them read from a replica. */
export interface ReplicaClient {
  readonly library: 'prisma' | 'drizzle' | 'django' | 'activerecord';
  readonly path: string;
  readonly range: TextRange;
  readonly edits: readonly { readonly path: string; readonly range: TextRange; readonly newText: string }[];
  /** New ones that the edits need, below the workspace's folder. */
  readonly files?: readonly { readonly path: string; readonly content: string }[];
  /** What has to be installed: `npm install …`. */
  readonly install?: string;
}

/**
 * Which server a query is sent to: 'divided' by a library that sends reads to replicas once it knows some; 'open' where the
 * program chooses among its pools, and this one says nothing of a replica.
 */
export type SentTo = 'primary' | 'replica' | 'divided' | 'open';

/** A read of a table that the same function has just written: `await Post.update(…); return Post.findByPk(id)`. */
export interface OwnWrite {
  /** Of the read. */
  readonly path: string;
  readonly range: TextRange;
  /** `Post.findByPk`, or the call of the function that reads: `this.get` */
  readonly name: string;
  readonly library: string;
  readonly inFunction?: string;
  readonly sentTo: Exclude<SentTo, 'primary'>;
  /** Written and read, as the read names them. */
  readonly tables: readonly string[];
  /** In the same file. */
  readonly write: { readonly range: TextRange; readonly name: string };
  /** Where a function that is called there reads. */
  readonly readAt?: { readonly path: string; readonly range: TextRange };
  /** The edit that sends this read to the primary; absent where the library's call has no such option. */
  readonly toPrimary?: { readonly path: string; readonly range: TextRange; readonly newText: string };
}

/** What a replica refuses, on its way to one. */
export interface ReplicaWrite {
  readonly path: string;
  readonly range: TextRange;
  readonly library: string;
  readonly inFunction?: string;
  readonly sql: string;
  /** As PostgreSQL calls it in its error: `UPDATE`, `SELECT FOR UPDATE`, `nextval()`. */
  readonly command: string;
  /** Why it is known to go there. */
  readonly because: /** The library's own way: `type: SELECT`, a lock outside of a transaction, a query runner of the slave. It needs a library that divides. */
    | { readonly kind: 'library'; readonly how: string }
    /** The pool that it is sent through is a replica's by this name: `readPool`, `DATABASE_READ_URL`, `blog.cluster-ro-…`. */
    | { readonly kind: 'pool'; readonly name: string };
}

/** `new PrismaClient().$extends(readReplicas({ … }))`, `withReplicas(db, [read])`, DATABASE_ROUTERS, `connects_to`. */
export interface Division {
  readonly library: string;
  readonly path: string;
  readonly range: TextRange;
}
