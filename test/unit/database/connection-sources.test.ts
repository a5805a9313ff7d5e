import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  connectionOfUrl,
  type Discovery,
  type DiscoveryOptions,
  discoverConnections,
} from '../../../src/database/connection-sources/connection-sources';

describe('connections are found', () => {
  let home: string;
  let folder: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'planlight-home-'));
    folder = path.join(home, 'project');
    await mkdir(folder);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const find = (options: Partial<DiscoveryOptions> = {}) =>
    discoverConnections({ settings: [], env: { USER: 'me' }, folders: [folder], home, ...options });
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  const said = ({ connections }: Discovery) =>
    connections.map(({ profile: p, password }) => {
      const secret = password === undefined ? '' : `:${password.reveal()}`;
      return `${p.source} ${p.name}: ${p.user}${secret}@${p.host}:${p.port}/${p.database} ${p.ssl} ${p.environment}`;
    });

  it('in the settings first, then in the environment, in .env, in Compose and in the service file', async () => {
    await write('.env', 'DATABASE_URL="postgresql://dot:env@localhost/dotenv"\n');
    await write(
      'docker-compose.yml',
      'services:\n  db:\n    image: postgres:16\n    ports: ["5433:5432"]\n    environment: { POSTGRES_PASSWORD: compose }\n',
    );
    await writeFile(
      path.join(home, '.pg_service.conf'),
      '[reports]\nhost=reports.example.com\ndbname=reports\nuser=me\n',
    );
    const found = await find({
      settings: [
        { name: 'blog', host: 'localhost', port: 5432, database: 'blog', user: 'app', environment: 'staging' },
      ],
      env: { PGHOST: '/var/run/postgresql', PGDATABASE: 'local', PGUSER: 'me', PGPASSWORD: 'pg' },
    });
    assert.deepEqual(said(found), [
      'settings blog: app@localhost:5432/blog prefer staging',
      'environment PG*: me:pg@/var/run/postgresql:5432/local prefer development',
      'dotenv DATABASE_URL in .env: dot:env@localhost:5432/dotenv prefer development',
      'docker-compose db in docker-compose.yml: postgres:compose@localhost:5433/postgres prefer development',
      'pg_service.conf reports: me@reports.example.com:5432/reports prefer production',
    ]);
    assert.deepEqual(found.problems, []);
  });

  it('for a package of a monorepo in its own files, also where the workspace knows the database already', async () => {
    const [shop, mail] = [path.join(folder, 'packages/shop'), path.join(folder, 'packages/mail')];
    for (const one of [shop, mail]) await mkdir(one, { recursive: true });
    await write('.env', 'DATABASE_URL=postgresql://a@localhost/main\n');
    await writeFile(path.join(shop, '.env'), 'DATABASE_URL=postgresql://a@localhost/shop\n');
    await writeFile(path.join(mail, '.env'), 'DATABASE_URL=postgresql://a@localhost/main\n');
    const found = await find({ packages: [mail, shop] });
    assert.deepEqual(said(found), [
      'dotenv DATABASE_URL in .env: a@localhost:5432/main prefer development',
      'dotenv DATABASE_URL in packages/shop/.env: a@localhost:5432/shop prefer development',
    ]);
    assert.deepEqual(
      [...found.ofPackages],
      [
        [mail, 'DATABASE_URL in .env'],
        [shop, 'DATABASE_URL in packages/shop/.env'],
      ],
    );
  });

  const urls: Record<string, string> = {
    'postgres://app:p%40ss%2F@db.example.com:6432/blog?sslmode=verify-full&schema=public':
      'app:p@ss/@db.example.com:6432/blog verify-full production',
    'postgresql://app@localhost': 'app@localhost:5432/app prefer development',
    'postgresql://app:a@b#c@localhost/blog': 'app:a@b#c@localhost:5432/blog prefer development',
    'postgresql://app:100%@localhost/blog': 'app:100%@localhost:5432/blog prefer development',
    'postgresql://app@%2Fvar%2Frun%2Fpostgresql/blog': 'app@/var/run/postgresql:5432/blog prefer development',
    'postgresql:///blog?host=/tmp&port=5433&user=me': 'me@/tmp:5433/blog prefer development',
    'postgresql://app@[::1]:5433/blog': 'app@::1:5433/blog prefer development',
    'postgresql://localhost/blog?user=app&password=se@cret': 'app:se@cret@localhost:5432/blog prefer development',
    'postgresql://app:a?b@localhost/blog?options=x@y#z': 'app:a?b@localhost:5432/blog prefer development',
    'postgresql+asyncpg://app:x@localhost/blog?ssl=true': 'app:x@localhost:5432/blog require development',
  };
  for (const [url, expected] of Object.entries(urls)) {
    it(`in ${url}`, async () => {
      const found = await find({ env: { DATABASE_URL: url } });
      assert.deepEqual(said(found), [`environment DATABASE_URL: ${expected}`]);
    });
  }

  it('not in the URLs of other databases, nor in templates', async () => {
    await write('.env', 'DATABASE_URL=mysql://root@localhost/blog\nPOSTGRES_URL=\n');
    assert.deepEqual(await find(), { connections: [], problems: [], ofPackages: new Map() });
  });

  it('in .env with variables of the same file, the most local file first', async () => {
    await write('.env', `DB_USER=app\nDATABASE_URL=postgres://\${DB_USER}@localhost/shared`);
    await write('.env.local', '# mine\r\nexport DATABASE_URL=postgres://me@localhost/mine # here\r\n');
    assert.deepEqual(said(await find()), [
      'dotenv DATABASE_URL in .env.local: me@localhost:5432/mine prefer development',
      'dotenv DATABASE_URL in .env: app@localhost:5432/shared prefer development',
    ]);
  });

  it('in Compose with defaults and lists, only where a port is published', async () => {
    await write('.env', 'DB_PORT=6000\n');
    await write(
      'compose.yaml',
      `services:
  main:
    image: "postgis/postgis:16-3.4"
    ports: ["127.0.0.1:\${DB_PORT:-5432}:5432"]
    environment:
      - POSTGRES_USER=\${DB_USER:-blog}
      - POSTGRES_DB=blog_dev
  hidden:
    image: postgres
  long:
    image: pgvector/pgvector:pg17
    ports: [{ target: 5432, published: "6001" }]
  admin:
    image: dpage/pgadmin4
    ports: ["8080:80"]
`,
    );
    assert.deepEqual(said(await find()), [
      'docker-compose main in compose.yaml: blog@127.0.0.1:6000/blog_dev prefer development',
      'docker-compose long in compose.yaml: postgres@localhost:6001/postgres prefer development',
    ]);
  });

  it('with the password of ~/.pgpass, if nobody else may read it', async () => {
    const file = path.join(home, '.pgpass');
    await writeFile(
      file,
      '# mine\nlocalhost:*:blog:app:a\\:b\\\\c\n*:*:*:other:x\nprod.example.com:5432:shop:shop:s\n',
    );
    await chmod(file, 0o600);
    const settings = [{ name: 'blog', host: 'localhost', database: 'blog', user: 'app' }];
    const found = await find({ settings });
    assert.deepEqual(said(found), [
      'settings blog: app:a:b\\c@localhost:5432/blog prefer development',
      'pgpass shop@prod.example.com: shop:s@prod.example.com:5432/shop prefer production',
    ]);
    await chmod(file, 0o644);
    const open = await find({ settings });
    assert.deepEqual(said(open), ['settings blog: app@localhost:5432/blog prefer development']);
    assert.match(open.problems.join(), /others may read it/);
  });

  it('each once, with a problem for each file that cannot be used and no password in it', async () => {
    await write('docker-compose.yml', 'services:\n  db: [image: "postgres", secret\n');
    await write('.env', Buffer.from([0, 1, 2, 255]).toString('latin1'));
    await writeFile(path.join(home, '.pg_service.conf'), '[a]\nno key here\n');
    const found = await find({
      settings: [{ name: 'odd', port: 70000 }],
      env: {
        DATABASE_URL: 'postgres://me:hunter2@localhost/blog',
        POSTGRES_URL: 'postgres://me@localhost/blog',
        DB_URL: 'postgres://me:hunter2@localhost:port/blog',
        USER: 'me',
      },
    });
    assert.deepEqual(said(found), ['environment DATABASE_URL: me:hunter2@localhost:5432/blog prefer development']);
    assert.equal(found.problems.length, 5, found.problems.join('\n'));
    assert.doesNotMatch(found.problems.join(), /hunter2|secret/);
    assert.doesNotMatch(JSON.stringify(found), /hunter2/);
  });

  it('from a URL on the command line, with a password from where libpq takes it', async () => {
    const typed = await connectionOfUrl('postgres://app@localhost/blog', { env: { PGPASSWORD: 'x' }, home });
    assert.equal(typed.profile.source, 'command line');
    assert.equal(typed.password?.reveal(), 'x');
    await writeFile(path.join(home, '.pgpass'), '*:*:*:app:filed\n', { mode: 0o600 });
    const filed = await connectionOfUrl('postgres://app@localhost/blog', { env: {}, home });
    assert.equal(filed.password?.reveal(), 'filed');
    for (const url of ['mysql://localhost/blog', 'postgres://app:hunter2@localhost:x/blog', 'blog']) {
      await assert.rejects(connectionOfUrl(url, { env: {}, home }), (error: Error) => !/hunter2/.test(error.message));
    }
  });

  it('nowhere when there is nothing, not even the folder', async () => {
    assert.deepEqual(await find({ folders: [path.join(folder, 'nothing')] }), {
      connections: [],
      problems: [],
      ofPackages: new Map(),
    });
  });
});
