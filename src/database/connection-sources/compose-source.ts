import { isPostgresImage } from '../../code/deployment/images';
import type { ConnectionParts } from './connection-text';
import type { Variables } from './environment-source';

/** A PostgreSQL service of a compose file whose port is published on this machine. */
export interface ComposeService {
  readonly service: string;
  readonly parts: ConnectionParts;
}

/**
 * Reads docker-compose.yml. `variables` are for `${NAME:-default}`, as Compose takes them from the environment and
 * `.env`. Throws an Error with the YAML's own message.
 */
export async function readCompose(text: string, variables: Variables): Promise<ComposeService[]> {
  // A bundled CommonJS module has its names on `default` alone.
  const { default: yaml } = await import('yaml');
  const file: unknown = yaml.parse(text, { merge: true, maxAliasCount: 100 });
  const services = isRecord(file) && isRecord(file.services) ? file.services : {};
  return Object.entries(services).flatMap(([service, value]) => {
    if (!isRecord(value) || !isPostgres(service, value)) return [];
    const environment = environmentOf(value.environment, variables);
    const port = publishedPort(value.ports, variables);
    if (port === undefined) return [];
    const user = environment.POSTGRES_USER || 'postgres';
    return [
      {
        service,
        parts: {
          host: port.host,
          port: port.number,
          user,
          dbname: environment.POSTGRES_DB || user,
          password: environment.POSTGRES_PASSWORD,
        },
      },
    ];
  });
}

function isPostgres(service: string, value: Record<string, unknown>): boolean {
  const image = typeof value.image === 'string' ? value.image : '';
  return image === '' ? /^(postgres|postgresql|pg)$/i.test(service) : isPostgresImage(image);
}

/** `{ POSTGRES_USER: blog }` or `[POSTGRES_USER=blog]` */
function environmentOf(value: unknown, variables: Variables): Record<string, string> {
  const pairs: [string, unknown][] = Array.isArray(value)
    ? value.map((line): [string, unknown] => {
        const text = String(line);
        const at = text.indexOf('=');
        return at < 0 ? [text, variables[text] ?? ''] : [text.slice(0, at), text.slice(at + 1)];
      })
    : Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(
    pairs.map(([name, of]) => [name, interpolate(String(of ?? variables[name] ?? ''), variables)]),
  );
}

/** `"5433:5432"`, `"127.0.0.1:5433:5432/tcp"`, `{ published: 5433, target: 5432 }`; a port that is not published is closed to us. */
function publishedPort(value: unknown, variables: Variables): { host: string; number: string } | undefined {
  for (const entry of Array.isArray(value) ? value : []) {
    if (isRecord(entry)) {
      if (Number(entry.target) !== 5432 || entry.published === undefined) continue;
      return { host: hostOf(entry.host_ip), number: interpolate(String(entry.published), variables) };
    }
    const text = interpolate(String(entry), variables).replace(/\/tcp$/, '');
    const match = /^(?:(\[[^\]]*\]|[^:]*):)?(\d+):5432$/.exec(text);
    if (match) return { host: hostOf(match[1]), number: match[2] ?? '' };
  }
  return undefined;
}

/** Published on every address means: also on this one. */
function hostOf(address: unknown): string {
  const text = typeof address === 'string' ? address.replace(/^\[|\]$/g, '') : '';
  return text === '' || text === '0.0.0.0' || text === '::' ? 'localhost' : text;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `$$` */
function interpolate(text: string, variables: Variables): string {
  return text.replace(
    /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|\$([A-Za-z_]\w*)/g,
    (whole: string, braced?: string, operator?: string, operand = '', bare?: string) => {
      if (whole === '$$') return '$';
      const value = variables[braced ?? bare ?? ''];
      const isSet = operator?.startsWith(':') ? Boolean(value) : value !== undefined;
      if (operator?.endsWith('+')) return isSet ? operand : '';
      return isSet ? (value ?? '') : operator?.endsWith('-') ? interpolate(operand, variables) : '';
    },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
