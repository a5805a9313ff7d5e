import type { TextRange } from '../../nouns/text-range';
import type { ModuleWish } from './module-text';

/** How the queries of a program can be put behind a cache: pieces of edits, to which a check adds tables and lifetimes. */
export interface CacheAside {
  readonly wraps: readonly CacheWrap[];
  /** By the path of the file in which the cache is to be used. */
  readonly modules: Readonly<Record<string, CacheModule>>;
}

/** One call that sends queries. */
export interface CacheWrap {
  readonly path: string;
  /** Of the query, as in WorkspaceQuery. */
  readonly range: TextRange;
  readonly reads?: WrappedRead | RefusedWrap;
  readonly writes?: WrappedWrite | RefusedWrap;
  /** It stands in a `cache.read(…)` already. */
  readonly isKept?: true;
}

export interface RefusedWrap {
  /** Why it is not edited, a sentence: `It is sent in a transaction.` */
  readonly refused: string;
}

/** `cache.read({ key: [<key>], tables: […], seconds: 60 }, async () => <before><the call><after>)` */
export interface WrappedRead {
  readonly wrapped: TextRange;
  /** As the program writes them; the first names the place. */
  readonly key: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** `cache.changing([…], async () => <the call>)`; of a transaction the whole of it. */
export interface WrappedWrite {
  readonly wrapped: TextRange;
  /** Tables of which the cache is told there already. */
  readonly told: readonly string[];
  /** Where the list of them ends, to which others are added. */
  readonly listEnd?: number;
}

export type PackageManager = 'npm' | 'pnpm' | 'yarn';

/** The cache's own module, and how a file gets at it. */
export interface CacheModule extends ModuleWish {
  /** In the file system; among the guide's facts below the workspace's folder. */
  readonly path: string;
  /** Among the guide's facts: that folder, where it is not the first. */
  readonly folder?: string;
  /** What it is called in the file: `cache`. */
  readonly name: string;
  readonly isThere: boolean;
  /** The package.json that it belongs to: in the file system; among the guide's facts below the first folder. */
  readonly packageFile?: string;
  /** The package.json above it that names it among its `workspaces`; likewise. */
  readonly workspaceFile?: string;
  /** What installs packages there. */
  readonly manager: PackageManager;
  /** package.json names the client already. */
  readonly hasClient: boolean;
  /** The client's version, where it is too old for the module: its calls give no promises before 4. */
  readonly oldClient?: string;
  /** Nothing is to be added where the file has it already. */
  readonly importing?: { readonly range: TextRange; readonly newText: string };
  /** `'` or `"` */
  readonly quote: string;
}

export function isRefused(wrap: object): wrap is RefusedWrap {
  return 'refused' in wrap;
}
