import { readdir, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { Problem } from '../../nouns/problem';
import type { Environment, ProfileSource, SslMode } from '../profile';
import { readCompose } from './compose-source';
import {
  type ConnectionParts,
  connectionOf,
  type FoundConnection,
  isPostgresUrl,
  type Origin,
  partsOfUrl,
} from './connection-text';
import { connectionsOfVariables, type Variables } from './environment-source';
import { findPassword, type PasswordLine, readPasswordFile } from './password-file';
import { readServices } from './service-file';

/** An entry of the setting `planlight.connections`. */
export interface SettingsProfile {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly ssl?: SslMode;
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly environment?: Environment;
}

export interface DiscoveryOptions {
  readonly settings: readonly SettingsProfile[];
  readonly env: Variables;
  /** The workspace's folders; none in a restricted workspace. */
  readonly folders: readonly string[];
  /** Folders below those whose own files describe connections: a monorepo's packages. */
  readonly packages?: readonly string[];
  readonly home: string;
}

export interface Discovery {
  /** In order of preference, each database once. */
  readonly connections: readonly FoundConnection[];
  /** One sentence for each file or entry that cannot be read. */
  readonly problems: readonly string[];
  /** Package → the name of the first connection that its files describe. */
  readonly ofPackages: ReadonlyMap<string, string>;
}

const dotenvNames = ['.env.local', '.env.development.local', '.env.development', '.env'];
const composeName = /^(docker-)?compose(\.[\w-]+)?\.ya?ml$/;

/** Where databases may be: settings, environment, .env files, Compose, pg_service.conf, ~/.pgpass. Never throws. */
export async function discoverConnections(options: DiscoveryOptions): Promise<Discovery> {
  const search = new Search(options);
  search.settings();
  search.variables(options.env, 'environment');
  for (const folder of options.folders) await search.dotenv(folder);
  for (const folder of options.folders) await search.compose(folder);
  for (const folder of options.packages ?? []) {
    await search.dotenv(folder);
    await search.compose(folder);
  }
  await search.services();
  await search.passwords();
  return { connections: search.connections, problems: search.problems, ofPackages: search.ofPackages };
}

/**
 * The database of a URL that a person typed (`--database`), with the password of PGPASSWORD or ~/.pgpass where the URL
 * has none. Throws Problem 'no-database', which does not show the URL.
 */
export async function connectionOfUrl(
  url: string,
  { env, home }: Pick<DiscoveryOptions, 'env' | 'home'>,
): Promise<FoundConnection> {
  if (!isPostgresUrl(url)) {
    throw new Problem('no-database', 'A database is given as postgresql://user@host:port/database.');
  }
  try {
    const parts = partsOfUrl(url);
    const origin = { name: 'command line', source: 'command line', user: env.PGUSER || userName(env) } as const;
    const found = connectionOf({ ...parts, password: parts.password || env.PGPASSWORD }, origin);
    if (found.password !== undefined) return found;
    const search = new Search({ settings: [], env, folders: [], home });
    await search.passwords();
    const password = findPassword(search.passwordLines, found.profile);
    return password === undefined ? found : { ...found, password };
  } catch (error) {
    throw new Problem('no-database', `The database URL cannot be used: ${(error as Error).message}.`);
  }
}

class Search {
  readonly problems: string[] = [];
  readonly ofPackages = new Map<string, string>();
  readonly #found: FoundConnection[] = [];
  readonly #options: DiscoveryOptions;
  readonly #user: string;
  #passwords: readonly PasswordLine[] = [];

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#user = options.env.PGUSER || userName(options.env);
  }

  /** With passwords of ~/.pgpass where none stood beside the connection. */
  get connections(): readonly FoundConnection[] {
    return this.#found.map((one) => {
      const password = one.password ?? findPassword(this.#passwords, one.profile);
      return password === undefined ? one : { ...one, password };
    });
  }

  get passwordLines(): readonly PasswordLine[] {
    return this.#passwords;
  }

  settings(): void {
    for (const { name, host, port, database, user, ssl, sslRootCert, sslCert, sslKey, environment } of this.#options
      .settings) {
      const parts = { host, port: port === undefined ? undefined : String(port), dbname: database, user, sslmode: ssl };
      const files = { sslrootcert: sslRootCert, sslcert: sslCert, sslkey: sslKey };
      this.#add(() => ({ ...parts, ...files }), { name: String(name), source: 'settings', environment });
    }
  }

  variables(variables: Variables, source: ProfileSource, file?: string): void {
    for (const { name, read } of connectionsOfVariables(variables)) {
      this.#add(read, { name: file === undefined ? name : `${name} in ${this.#placeOf(file)}`, source, file });
    }
  }

  async dotenv(folder: string): Promise<void> {
    for (const name of dotenvNames) {
      const file = path.join(folder, name);
      const variables = await this.#dotenvFile(file);
      if (variables) this.variables(variables, 'dotenv', file);
    }
  }

  async compose(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    const variables = { ...(await this.#dotenvFile(path.join(folder, '.env'))), ...this.#options.env };
    for (const name of names.filter((one) => composeName.test(one)).sort()) {
      const file = path.join(folder, name);
      const text = await this.#text(file);
      if (text === undefined) continue;
      try {
        for (const { service, parts } of await readCompose(text, variables)) {
          this.#add(() => parts, { name: `${service} in ${this.#placeOf(file)}`, source: 'docker-compose', file });
        }
      } catch (error) {
        this.#problem(file, error);
      }
    }
  }

  async services(): Promise<void> {
    const { env, home } = this.#options;
    const system = env.PGSYSCONFDIR === undefined ? [] : [path.join(env.PGSYSCONFDIR, 'pg_service.conf')];
    for (const file of [env.PGSERVICEFILE ?? path.join(home, '.pg_service.conf'), ...system]) {
      const text = await this.#text(file);
      if (text === undefined) continue;
      try {
        for (const { name, parts } of readServices(text))
          this.#add(() => parts, { name, source: 'pg_service.conf', file });
      } catch (error) {
        this.#problem(file, error);
      }
    }
  }

  async passwords(): Promise<void> {
    const { env, home } = this.#options;
    const windows = path.join(env.APPDATA ?? home, 'postgresql', 'pgpass.conf');
    const file = env.PGPASSFILE ?? (process.platform === 'win32' ? windows : path.join(home, '.pgpass'));
    const text = await this.#text(file);
    if (text === undefined) return;
    // libpq's rule: a file that others may read is not used.
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      this.problems.push(`${file} is not used because others may read it; run: chmod 600 ${file}`);
      return;
    }
    this.#passwords = readPasswordFile(text);
    for (const { host, port, database, user, password } of this.#passwords) {
      if ([host, database, user].includes('*')) continue;
      const parts = {
        host,
        port: port === '*' ? undefined : port,
        dbname: database,
        user,
        password: password.reveal(),
      };
      this.#add(() => parts, { name: `${database}@${host}`, source: 'pgpass', file });
    }
  }

  #add(read: () => ConnectionParts, origin: Omit<Origin, 'user'>): void {
    try {
      const found = connectionOf(read(), { ...origin, user: this.#user });
      const isSame = (one: FoundConnection) =>
        (['host', 'port', 'database', 'user'] as const).every((key) => one.profile[key] === found.profile[key]);
      // The first source wins; a later one may still know the password.
      const known = this.#found.findIndex(isSame);
      const first = this.#found[known];
      const name = first?.profile.name ?? this.#unique(origin.name);
      this.#noteOfPackage(origin.file, name);
      if (first === undefined) this.#found.push({ ...found, profile: { ...found.profile, name } });
      else if (first.password === undefined) this.#found[known] = { ...first, password: found.password };
    } catch (error) {
      this.#problem(origin.file ?? origin.name, error);
    }
  }

  /** The first one counts. */
  #noteOfPackage(file: string | undefined, name: string): void {
    const folder = file && path.dirname(file);
    if (!folder || !this.#options.packages?.includes(folder) || this.ofPackages.has(folder)) return;
    this.ofPackages.set(folder, name);
  }

  /** `.env`, `packages/shop/.env` */
  #placeOf(file: string): string {
    const { folders, packages = [] } = this.#options;
    if (!packages.includes(path.dirname(file))) return path.basename(file);
    const folder = folders.find((one) => file.startsWith(one + path.sep));
    return folder === undefined ? file : path.relative(folder, file).replaceAll(path.sep, '/');
  }

  #unique(name: string): string {
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? name : `${name} (${number})`;
      if (!this.#found.some(({ profile }) => profile.name === candidate)) return candidate;
    }
  }

  async #dotenvFile(file: string): Promise<Variables | undefined> {
    const text = await this.#text(file);
    if (text === undefined) return undefined;
    // A bundled CommonJS module has its names on `default` alone.
    const { default: dotenv } = await import('dotenv');
    const variables = dotenv.parse(text);
    // Many write DATABASE_URL=postgres://${DB_USER}:…; the parser leaves that to others.
    const all: Variables = { ...this.#options.env, ...variables };
    const expand = (value: string) => value.replace(/\$\{(\w+)\}/g, (whole, name: string) => all[name] ?? whole);
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, expand(value)]));
  }

  /** Undefined when there is no such file; a file that cannot be read is a problem. */
  async #text(file: string): Promise<string | undefined> {
    try {
      const text = await readFile(file, 'utf8');
      if (!text.includes('\0')) return text;
      this.#problem(file, new Error('it is not a text file'));
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#problem(file, error);
    }
    return undefined;
  }

  #problem(where: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const problem = `${where} cannot be used: ${message.split('\n')[0]?.replace(/[.:]$/, '')}.`;
    // The .env file is read for its own sake and for Compose.
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }
}

/** The operating system may know no name for the user that a container runs as. */
function userName(env: Variables): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? 'postgres';
  }
}
