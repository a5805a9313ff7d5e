export interface PostgresOptions {
  /** 13 … 18; default 18, which is a development dependency. Others are installed with npm into the cache. */
  major?: number;
  /** Kept after `stop`; initialised when empty. Default: a temporary folder, removed by `stop`. */
  dataFolder?: string;
  /** Server settings, as `-c name=value`. */
  settings?: Record<string, string | number>;
  /** Default: a free one. */
  port?: number;
  /** Default 'postgres'. */
  superuser?: string;
  /** Without it, loopback connections are trusted. */
  password?: string;
}

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly major: number;
  readonly dataFolder: string;
  readonly superuser: string;
  /** The user that the server runs as, when it is not ours. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  connectionString(database?: string): string;
  /** A fast shutdown; removes a temporary data folder. */
  stop(): Promise<void>;
  /** As if the power went. */
  kill(): void;
}

export const oldestMajor: number;
export const newestMajor: number;
export const majors: readonly number[];
export function cacheFolder(): string;
export function postgresFolder(major: number, onProgress?: (text: string) => void): Promise<string>;
export function unprivileged(): { uid: number; gid: number } | undefined;
export function freePort(): Promise<number>;
export function startPostgres(options?: PostgresOptions, onProgress?: (text: string) => void): Promise<PostgresServer>;
export function copyDataFolder(from: string, to: string): Promise<void>;
