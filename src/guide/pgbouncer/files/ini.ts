import type { FileFix } from '../../../nouns/check';
import type { PoolSizes } from '../sizes';
import type { ServerTarget } from './target';

export interface IniPlace {
  readonly listenAddress: string;
  readonly port: number;
  /** Of userlist.txt. */
  readonly authFile: string;
  /** Parameters that drivers send at the start of a connection and PgBouncer refuses unless told: statement_timeout. */
  readonly ignored: readonly string[];
}

/** For PgBouncer 1.21 or later. Passwords are in userlist.txt alone, which is in no repository. */
export function iniText({ host, port, database, user }: ServerTarget, sizes: PoolSizes, place: IniPlace): string {
  const { listenAddress, port: listenPort, authFile, ignored } = place;
  return `; Each client of ${database} is given one of a few connections to the server, for ${sizes.mode === 'session' ? 'as long as it stays' : 'each transaction'}.
[databases]
${database} = host=${host} port=${port} dbname=${database}

[pgbouncer]
listen_addr = ${listenAddress}
listen_port = ${listenPort}
unix_socket_dir =

; The SCRAM secret of each user, or its password: "user" "SCRAM-SHA-256$4096:…"
auth_type = scram-sha-256
auth_file = ${authFile}

pool_mode = ${sizes.mode}
; Server connections for each user of a database; the reserve is for clients that wait longer than 3 s.
default_pool_size = ${sizes.defaultPoolSize}
reserve_pool_size = ${sizes.reservePoolSize}
reserve_pool_timeout = 3
max_client_conn = ${sizes.maxClientConnections}
max_prepared_statements = ${sizes.maxPreparedStatements}

; Sent by drivers at the start of a connection: without this PgBouncer refuses the client.
ignore_startup_parameters = ${['extra_float_digits', ...ignored].join(', ')}

; Who may see SHOW POOLS in the console: psql -p ${listenPort} -U ${user} pgbouncer
stats_users = ${user}
`;
}

/** Where the server's administrator may read them (not on managed servers), the SCRAM secrets are copied: no password is written down. */
export function userListCommand({ host, port, user }: ServerTarget): string {
  return `psql -h ${host} -p ${port} -U postgres -Atc "SELECT format('\\"%s\\" \\"%s\\"', rolname, rolpassword) FROM pg_authid WHERE rolname = '${user}'" > userlist.txt`;
}

export const userListNote =
  'userlist.txt holds secrets: keep it out of the repository. On managed servers, where pg_authid cannot be read, write the line "user" "password" into it yourself.';

/** For a PgBouncer that runs beside programs or the server, as Debian's package does. */
export function iniFix(target: ServerTarget, sizes: PoolSizes, ignored: readonly string[]): FileFix {
  return {
    kind: 'file',
    title: `Configure PgBouncer in ${sizes.mode} mode: pgbouncer.ini`,
    files: [
      {
        path: 'pgbouncer/pgbouncer.ini',
        content: iniText(target, sizes, {
          listenAddress: '127.0.0.1',
          port: 6432,
          authFile: '/etc/pgbouncer/userlist.txt',
          ignored,
        }),
      },
    ],
    placeholders: [...target.placeholders, `/etc/pgbouncer/userlist.txt: ${userListCommand(target)}`],
    note: userListNote,
  };
}
