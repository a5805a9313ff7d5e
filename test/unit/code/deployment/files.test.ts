import assert from 'node:assert/strict';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';

const read = (path: string, text: string) => readDeployment([{ path, text }]);

describe('Compose files', () => {
  const text = `x-app: &app
  build: ./api
  environment: &env
    DATABASE_URL: postgres://blog:secret@pg:5432/blog
services:
  api:
    <<: *app
    command: npx pm2-runtime -i max dist/main.js
    deploy: { replicas: 3 }
  worker:
    <<: *app
    scale: 2
  pg:
    image: postgres:17
    command: postgres -c shared_buffers=512MB -c 'work_mem=16MB'
    mem_limit: 2g
    cpus: 1.5
  pgbouncer:
    image: edoburu/pgbouncer:v1.24.1-p1
    environment: [POOL_MODE=transaction, DEFAULT_POOL_SIZE=20, DB_PASSWORD=secret]
    ports: ["6432:5432"]
  redis: { image: redis:7 }
`;
  const found = read('/shop/docker-compose.yml', text);

  it('tell programs with their replicas, processes and folders', () => {
    assert.deepEqual(
      found.programs.map(({ name, replicas, processes, folder }) => [name, replicas, processes, folder]),
      [
        ['api', 3, 'cores', '/shop/api'],
        ['worker', 2, undefined, '/shop/api'],
      ],
    );
  });

  it('tell the server with its size and settings', () => {
    const [server] = found.servers;
    assert.equal(server?.memoryBytes, 2 * 2 ** 30);
    assert.equal(server?.cores, 1.5);
    assert.deepEqual(server?.settings, { shared_buffers: '512MB', work_mem: '16MB' });
  });

  it('tell PgBouncer', () => {
    const [pooler] = found.poolers;
    assert.equal(pooler?.poolMode, 'transaction');
    assert.equal(pooler?.defaultPoolSize, 20);
    assert.equal(pooler?.port, 5432);
  });

  it('keep no password', () => {
    assert.doesNotMatch(JSON.stringify(found), /secret/);
  });

  it('tell servers by the names of their images, not by their tags, and none of their tools', () => {
    const { servers, programs } = read(
      '/compose.yml',
      `services:
  a: { image: ghcr.io/umami-software/umami:postgresql-latest }
  b: { image: pgvector/pgvector:pg18 }
  c: { image: 'registry.example.com:5000/timescale/timescaledb-ha:pg16' }
  d: { image: postgres:17, command: "sh -c 'psql -f /seed.sql'" }
  redis: { extends: { file: base.yml, service: redis } }
`,
    );
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['b', 'c'],
    );
    assert.deepEqual(
      programs.map(({ name }) => name),
      ['a', 'd'],
    );
  });

  it('tell where the URL of an anchor names its host', () => {
    const [first] = found.references ?? [];
    assert.equal(text.slice(first?.place.range.start, first?.place.range.end), 'pg:5432');
  });
});

describe('Dockerfiles', () => {
  const processes = (...lines: string[]) =>
    read('/shop/api/Dockerfile', `FROM node:22 AS build\nCMD ["false"]\nFROM node:22\n${lines.join('\n')}\n`)
      .programs[0]?.processes;

  for (const [expected, ...lines] of [
    ['cores', 'CMD ["pm2-runtime", "-i", "max", "app.js"]'],
    ['cores', 'CMD ["pm2-runtime", "start", "app.js", "--instances", "0"]'],
    [4, 'CMD ["gunicorn", "--workers=4", "shop.wsgi"]'],
    ['cores', 'CMD gunicorn -w $(nproc) shop.wsgi'],
    [3, 'ENV WEB_CONCURRENCY=3', 'CMD ["gunicorn", "shop.wsgi"]'],
    [2, 'CMD bundle exec puma -w ${WORKERS:-2} -t 5:5'],
    [6, 'ENTRYPOINT ["uvicorn", "app:app"]', 'CMD ["--host", "0.0.0.0", \\', '  "--workers", "6"]'],
    [undefined, 'CMD ["node", "server.js"]'],
  ] as const) {
    it(`run ${expected ?? 'as many processes as nobody says'}: ${lines.join('; ')}`, () => {
      assert.equal(processes(...lines), expected);
    });
  }

  it('say in how many processes a service runs that is built from them', () => {
    const { programs } = readDeployment([
      { path: '/shop/api/Dockerfile', text: 'FROM node\nCMD ["pm2-runtime", "-i", "4", "app.js"]\n' },
      { path: '/shop/compose.yaml', text: 'services:\n  api:\n    build: api\n    deploy: { replicas: 2 }\n' },
    ]);
    const api = programs.find(({ kind }) => kind === 'compose');
    assert.equal(api?.processes, 4);
    assert.equal(api?.replicas, 2);
  });
});

describe('process managers', () => {
  it("say in PM2's file how many instances run", () => {
    const { programs } = read(
      '/shop/ecosystem.config.js',
      `const path = require('path'); // apps: [nothing]
module.exports = {
  apps: [
    {
      name: 'api', // in all cores
      script: './dist/main.js',
      instances: 'max',
      exec_mode: 'cluster',
      env: { NODE_ENV: 'production', DB_PASSWORD: 'secret' },
    },
    { name: 'worker', script: 'worker.js', cwd: './jobs', instances: process.env.WORKERS || 2 },
    { name: 'cron', script: 'cron.js' },
  ],
  deploy: {},
};
`,
    );
    assert.deepEqual(
      programs.map(({ name, processes, folder }) => [name, processes, folder]),
      [
        ['api', 'cores', '/shop'],
        ['worker', 2, '/shop/jobs'],
        ['cron', 1, '/shop'],
      ],
    );
    assert.deepEqual(programs[0]?.environment, { NODE_ENV: 'production', DB_PASSWORD: '' });
  });

  it('say in a Procfile what runs', () => {
    const { programs } = read(
      '/shop/Procfile',
      'release: rake db:migrate\nweb: gunicorn -w 4 app\nworker: celery -A app worker\n',
    );
    assert.deepEqual(
      programs.map(({ name, processes }) => [name, processes]),
      [
        ['web', 4],
        ['worker', 'cores'],
      ],
    );
  });
});
