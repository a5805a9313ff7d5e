import { isSocketFolder } from '../connection/tls';
import { type ConnectionProfile, Secret } from '../profile';

/** One line of ~/.pgpass: host:port:database:user:password, `*` for any. */
export interface PasswordLine {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: Secret;
}

/** https://www.postgresql.org/docs/current/libpq-pgpass.html; lines that are cut short are skipped, as libpq does. */
export function readPasswordFile(text: string): PasswordLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line === '' || line.startsWith('#')) return [];
    const fields = [...line.matchAll(/((?:[^:\\]|\\[\s\S])*)(?::|$)/g)].map(([, field = '']) =>
      field.replace(/\\(.)/g, '$1'),
    );
    const [host = '', port = '', database = '', user = '', password = ''] = fields;
    return host === '' || user === '' || password === ''
      ? []
      : [{ host, port, database, user, password: new Secret(password) }];
  });
}

/** The first line that fits, as libpq chooses; a Unix socket counts as localhost. */
export function findPassword(lines: readonly PasswordLine[], profile: ConnectionProfile): Secret | undefined {
  const host = isSocketFolder(profile.host) ? 'localhost' : profile.host;
  const fits = (pattern: string, value: string) => pattern === '*' || pattern === value;
  return lines.find(
    (line) =>
      (fits(line.host, host) || line.host === profile.host) &&
      fits(line.port, String(profile.port)) &&
      fits(line.database, profile.database) &&
      fits(line.user, profile.user),
  )?.password;
}
