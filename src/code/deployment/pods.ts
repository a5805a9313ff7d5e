import type { DeployedPooler } from './deployment';
import { processesOf } from './processes';
import type { Variable } from './references';
import { withoutSecret } from './secrets';
import type { Yaml } from './yaml';

/** A container of Kubernetes or a service of Compose. */
export interface Container {
  readonly name: string;
  readonly image: string;
  /** The entry point with its arguments. */
  readonly command: string;
  /** With secrets as ''. */
  readonly environment: Readonly<Record<string, string>>;
  readonly variables: readonly Variable[];
  readonly ports: readonly number[];
}

export type Entry = readonly [name: string, value: Yaml | undefined];

/** `[{ name, value }]`, `['NAME=value']` and `{ NAME: value }` */
export function entriesOfEnvironment(yaml: Yaml): Entry[] {
  const list = yaml.items.map((item): Entry => {
    const name = item.at('name').text;
    if (name !== undefined) return [name, item.at('value').isThere ? item.at('value') : undefined];
    return [item.text?.split('=')[0] ?? '', item];
  });
  return (list.length > 0 ? list : [...yaml.entries]).filter(([name]) => name !== '');
}

/** Of `NAME=value` the value. */
export const valueIn = ([name, value]: Entry): string => {
  const text = value?.text ?? '';
  return text.startsWith(`${name}=`) ? text.slice(name.length + 1) : text;
};

export function environmentOf(entries: readonly Entry[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry[0], withoutSecret(entry[0], valueIn(entry))]));
}

export function variablesOf(entries: readonly Entry[], path: string, program?: string): Variable[] {
  return entries.flatMap((entry) =>
    entry[1] ? [{ path, name: entry[0], value: valueIn(entry), ...entry[1].range, ...(program && { program }) }] : [],
  );
}

export function containerProcesses({ command, environment }: Container): number | 'cores' | undefined {
  return processesOf(command, environment);
}

/** `postgres -c shared_buffers=1GB --work-mem=64MB` */
export function serverSettings(command: string): Record<string, string> {
  const found = command.replace(/["',[\]]/g, ' ').matchAll(/(?:-c\s*|--)([a-z][\w.-]*)=(\S+)/gi);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name.replace(/-/g, '_'), value]));
}

/** The variables of PgBouncer's images: `POOL_MODE` (edoburu), `PGBOUNCER_POOL_MODE` (bitnami and others). */
export function poolerOf({ environment, ports, image }: Container): Omit<DeployedPooler, 'place' | 'kind' | 'name'> {
  const say = (name: string): string | undefined => environment[`PGBOUNCER_${name}`] || environment[name] || undefined;
  const version = /pgbouncer:v?(1\.\d+(?:\.\d+)?)/i.exec(image)?.[1];
  const port = numberOf(say('LISTEN_PORT') ?? say('PORT')) ?? ports[0];
  return {
    ...(port !== undefined && { port }),
    ...(version !== undefined && { version }),
    ...poolSettings({
      pool_mode: say('POOL_MODE'),
      default_pool_size: say('DEFAULT_POOL_SIZE'),
      max_client_conn: say('MAX_CLIENT_CONN'),
      max_prepared_statements: say('MAX_PREPARED_STATEMENTS'),
    }),
  };
}

type PoolSettings = Pick<
  DeployedPooler,
  'poolMode' | 'defaultPoolSize' | 'maxClientConnections' | 'maxPreparedStatements'
>;

/** By their names in pgbouncer.ini. */
export function poolSettings(settings: Readonly<Record<string, string | undefined>>): PoolSettings {
  const mode = /^(?:session|transaction|statement)$/.exec(settings.pool_mode?.trim() ?? '')?.[0];
  const size = numberOf(settings.default_pool_size);
  const clients = numberOf(settings.max_client_conn);
  const statements = numberOf(settings.max_prepared_statements);
  return {
    ...(mode !== undefined && { poolMode: mode as PoolSettings['poolMode'] }),
    ...(size !== undefined && { defaultPoolSize: size }),
    ...(clients !== undefined && { maxClientConnections: clients }),
    ...(statements !== undefined && { maxPreparedStatements: statements }),
  };
}

export function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
}
