import { isSocketFolder } from '../connection/tls';
import type { ConnectionProfile, Environment, ProfileSource, SslMode } from '../profile';
import { Secret } from '../profile';

/** A database that was found, and its password where one was beside it. */
export interface FoundConnection {
  readonly profile: ConnectionProfile;
  readonly password?: Secret;
}

/** libpq's keywords, as in a service file, a connection string or the PG* variables. */
export interface ConnectionParts {
  readonly host?: string;
  readonly port?: string;
  readonly dbname?: string;
  readonly user?: string;
  readonly password?: string;
  readonly sslmode?: string;
  readonly sslrootcert?: string;
  readonly sslcert?: string;
  readonly sslkey?: string;
}

export interface Origin {
  readonly name: string;
  readonly source: ProfileSource;
  readonly file?: string;
  readonly environment?: Environment;
  /** For what the parts leave out: the operating system's user. */
  readonly user: string;
}

const sslModes: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Fills in libpq's defaults. Throws an Error with one sentence (and no password) for what cannot be a connection. */
export function connectionOf(parts: ConnectionParts, origin: Origin): FoundConnection {
  const host = parts.host || 'localhost';
  const user = parts.user || origin.user;
  const port = Number(parts.port || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error('the port is not a number from 1 to 65535');
  const ssl = parts.sslmode || 'prefer';
  if (!sslModes.includes(ssl)) throw new Error(`sslmode "${ssl}" is not one of ${sslModes.join(', ')}`);
  if (host.includes(',')) throw new Error('several hosts in one connection are not supported');
  const profile: ConnectionProfile = {
    name: origin.name,
    source: origin.source,
    ...(origin.file === undefined ? {} : { file: origin.file }),
    host,
    port,
    database: parts.dbname || user,
    user,
    ssl: ssl as SslMode,
    ...(parts.sslrootcert ? { sslRootCert: parts.sslrootcert } : {}),
    ...(parts.sslcert ? { sslCert: parts.sslcert } : {}),
    ...(parts.sslkey ? { sslKey: parts.sslkey } : {}),
    environment: origin.environment ?? (isLocal(host) ? 'development' : 'production'),
  };
  return parts.password ? { profile, password: new Secret(parts.password) } : { profile };
}

function isLocal(host: string): boolean {
  return isSocketFolder(host) || /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\]|.*\.localhost)$/i.test(host);
}

/** True for `postgres://` and `postgresql://`; other databases' URLs are none of our business. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?(?:\+\w+)?:\/\//i.test(text.trim());
}

/**
 * `postgresql://user:p%40ss@host:5432/blog?sslmode=require`, sockets as `?host=/run/postgresql` or `@%2Frun%2Fpostgresql`;
 * Prisma's `?schema=` and others' own parameters are left alone. Throws an Error that shows no password.
 */
export function partsOfUrl(text: string): ConnectionParts {
  // Parameters first: an "@" in one of them is no end of a password.
  const [, base = '', parameters = ''] =
    /^(.*?)(?:\?([\w.-]+=[^&#]*(?:&[\w.-]+=[^&#]*)*)(?:#.*)?)?$/s.exec(text.trim()) ?? [];
  const match = /^postgres(?:ql)?(?:\+\w+)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?/i.exec(base);
  // A password with an unescaped "@", "/", "?" or "#": everything up to the last "@" before the path.
  const loose = /^postgres(?:ql)?(?:\+\w+)?:\/\/(.*)@([^@/?#]*)(?:\/([^?#]*))?$/i.exec(base);
  const [, credentials = '', address = '', database = ''] = loose ?? match ?? [];
  const colon = credentials.indexOf(':');
  const user = decode(colon < 0 ? credentials : credentials.slice(0, colon));
  const password = colon < 0 ? '' : decode(credentials.slice(colon + 1));
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(address) ?? [];
  if (address !== '' && bracketed === undefined && plain === '' && port === undefined) {
    throw new Error('the host of the URL cannot be read');
  }
  const given = Object.fromEntries(new URLSearchParams(parameters));
  return {
    host: bracketed ?? (decode(plain) || given.host),
    port: port || given.port,
    dbname: decode(database) || given.dbname,
    user: user || given.user,
    password: password || given.password,
    sslmode: given.sslmode ?? (given.ssl === 'true' || given.ssl === '1' ? 'require' : undefined),
    sslrootcert: given.sslrootcert,
    sslcert: given.sslcert,
    sslkey: given.sslkey,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A "%" that is only a "%": taken as it stands, as people mean it.
    return text;
  }
}
