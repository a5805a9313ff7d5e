import type { FileFix } from '../../../nouns/check';
import type { PoolSizes } from '../sizes';
import { iniText, userListCommand, userListNote } from './ini';
import { image } from './kubernetes';
import type { ServerTarget } from './target';

/** A Compose file of its own, which is given beside the other: nothing of that is changed. */
export function composeFix(target: ServerTarget, sizes: PoolSizes, ignored: readonly string[]): FileFix {
  const ini = iniText(target, sizes, {
    listenAddress: '0.0.0.0',
    port: 5432,
    authFile: '/etc/pgbouncer/userlist.txt',
    ignored,
  });
  return {
    kind: 'file',
    title: `Run PgBouncer in ${sizes.mode} mode: Compose`,
    files: [
      {
        path: 'docker-compose.pgbouncer.yml',
        content: `# docker compose -f docker-compose.yml -f docker-compose.pgbouncer.yml up -d
services:
  pgbouncer:
    image: ${image}
    restart: unless-stopped
    volumes:
      - ./pgbouncer/pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro
      # Made by a person, and kept out of the repository.
      - ./pgbouncer/userlist.txt:/etc/pgbouncer/userlist.txt:ro
    ports:
      - "127.0.0.1:6432:5432"
    healthcheck:
      test: ["CMD", "nc", "-z", "127.0.0.1", "5432"]
      interval: 10s
      timeout: 3s
`,
      },
      { path: 'pgbouncer/pgbouncer.ini', content: ini },
    ],
    placeholders: [...target.placeholders, `pgbouncer/userlist.txt: ${userListCommand(target)}`],
    note: userListNote,
  };
}
