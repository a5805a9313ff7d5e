import assert from 'node:assert/strict';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import { guidesJob } from '../../../support/guides-job';

const read = (text: string, path = 'k8s/app.yaml') => readDeployment([{ path, text }]);

const web = (replicas: string, env = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
${replicas}
  template:
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.2
          command: [node, server.js]
${env}
`;

describe('manifests of Kubernetes', () => {
  it('tell how many replicas of a program run', () => {
    const [program] = read(web('  replicas: 3')).programs;
    assert.equal(program?.name, 'web');
    assert.equal(program?.namespace, 'shop');
    assert.equal(program?.replicas, 3);
  });

  it('tell a server that is given settings from its tools', () => {
    const container = (more: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres }
spec: { template: { spec: { containers: [{ name: postgres, image: 'postgres:18', ${more} }] } } }
`;
    const settings = "args: ['-c', 'shared_preload_libraries=auto_explain,pg_stat_statements']";
    assert.equal(read(container(settings)).servers.length, 1);
    assert.equal(read(container('command: [pg_dump, blog]')).servers.length, 0);
    assert.equal(read(container("command: [sh, -c, 'pg_dump blog']")).servers.length, 0);
  });

  it('tell what an autoscaler may raise them to', () => {
    const scaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 2, maxReplicas: 12 }
`;
    assert.equal(read(web('  replicas: 3') + scaler).programs[0]?.replicas, 12);
  });

  it('keep the names of variables, of secrets no value, and of URLs no password', () => {
    const env = `          env:
            - { name: NODE_ENV, value: production }
            - { name: JWT_SECRET, value: very-secret }
            - { name: SESSION, value: 8f14e45fceea167a5a36dedd4bea2543 }
            - { name: DATABASE_URL, value: 'postgres://blog:p:w/d@db.shop:5432/blog?sslmode=require' }
            - { name: PGPASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }`;
    const found = read(web('', env));
    assert.deepEqual(found.programs[0]?.environment, {
      NODE_ENV: 'production',
      JWT_SECRET: '',
      SESSION: '',
      DATABASE_URL: 'postgres://blog@db.shop:5432/blog?sslmode=require',
      PGPASSWORD: '',
    });
    assert.doesNotMatch(JSON.stringify(found), /very-secret|8f14e45|p:w/);
  });

  it('tell where a variable names the database', () => {
    const env = `          env:
            - name: DATABASE_URL
              value: postgres://db:db@db:5432/db?pgbouncer=true
            - { name: PGHOST, value: postgres.database }`;
    const text = web('', env);
    const references = read(text).references ?? [];
    assert.deepEqual(
      references.map(({ place: { range }, variable, host, port, parameters }) => [
        variable,
        text.slice(range.start, range.end),
        host,
        port,
        parameters,
      ]),
      [
        ['DATABASE_URL', 'db:5432', 'db', 5432, { pgbouncer: 'true' }],
        ['PGHOST', 'postgres.database', 'postgres.database', undefined, {}],
      ],
    );
    assert.equal(text.lastIndexOf('@', references[0]?.place.range.start) + 1, references[0]?.place.range.start);
  });

  it('tell the server with its size and the settings of its command', () => {
    const { servers, programs } = read(`apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: postgres
          image: postgres:16
          args: [-c, shared_buffers=1GB, -c, max_connections=200]
          resources:
            requests: { memory: 4Gi, cpu: 500m }
            limits: { memory: 8Gi }
        - { name: metrics, image: 'quay.io/prometheuscommunity/postgres-exporter:v0.15.0' }
        - { name: backup, image: 'shop/backup:1' }
`);
    const [server] = servers;
    assert.equal(server?.memoryBytes, 8 * 2 ** 30);
    assert.equal(server?.cores, 0.5);
    assert.deepEqual(server?.settings, { shared_buffers: '1GB', max_connections: '200' });
    assert.deepEqual(programs, []);
  });

  it('tell an exporter that stands beside the server', () => {
    const { monitoring } = read(
      web('').replace('registry.example.com/web:1.2', 'prometheuscommunity/postgres-exporter'),
    );
    assert.deepEqual(
      monitoring.map(({ kind, name }) => [kind, name]),
      [['exporter', 'web']],
    );
  });

  for (const [image, prefix] of [
    ['edoburu/pgbouncer:v1.24.1-p1', ''],
    ['bitnami/pgbouncer:1.24.1', 'PGBOUNCER_'],
  ]) {
    it(`tell PgBouncer of ${image} with its mode and sizes`, () => {
      const env = `          env:
            - { name: ${prefix}POOL_MODE, value: transaction }
            - { name: ${prefix}DEFAULT_POOL_SIZE, value: "25" }
            - { name: ${prefix}MAX_CLIENT_CONN, value: "1000" }
          ports: [{ containerPort: 5432 }]`;
      const { poolers } = read(web('  replicas: 2', env).replace('registry.example.com/web:1.2', image ?? ''));
      const [{ place: _, ...pooler } = { place: undefined }] = poolers;
      assert.deepEqual(pooler, {
        kind: 'kubernetes',
        name: 'web',
        namespace: 'shop',
        port: 5432,
        version: '1.24.1',
        poolMode: 'transaction',
        defaultPoolSize: 25,
        maxClientConnections: 1000,
        replicas: 2,
      });
    });
  }

  it("tell the guide's own PgBouncer, and that programs go to it", () => {
    const { poolers, references = [] } = read(`apiVersion: apps/v1
kind: Deployment
metadata: { name: pgbouncer, namespace: database }
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: pgbouncer
        image: pgbouncer/pgbouncer:latest
        ports:
        - containerPort: 5432
        env:
        - name: DATABASES_HOST
          value: "postgres.database.svc.cluster.local"
        - name: PGBOUNCER_POOL_MODE
          value: "transaction"
        - name: PGBOUNCER_MAX_CLIENT_CONN
          value: "1000"
        - name: PGBOUNCER_DEFAULT_POOL_SIZE
          value: "25"
---
${web('', '          env: [{ name: DATABASE_URL, value: "postgres://user:pass@pgbouncer:5432/blogengine" }]')}`);
    const [pooler] = poolers;
    assert.equal(pooler?.poolMode, 'transaction');
    assert.equal(pooler?.maxClientConnections, 1000);
    assert.equal(pooler?.defaultPoolSize, 25);
    assert.equal(pooler?.version, undefined);
    assert.deepEqual(
      references.map(({ host, database }) => [host, database]),
      [['pgbouncer', 'blogengine']],
    );
  });

  it('tell a cluster of CloudNativePG and its pooler', () => {
    const { servers, poolers, monitoring } = read(`apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: shop-db }
spec:
  instances: 3
  imageName: ghcr.io/cloudnative-pg/postgresql:17.2
  postgresql: { parameters: { shared_buffers: 2GB } }
  resources: { limits: { memory: 8Gi, cpu: "4" } }
  monitoring: { enablePodMonitor: true }
---
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: { name: shop-pooler }
spec:
  cluster: { name: shop-db }
  instances: 2
  type: rw
  pgbouncer: { poolMode: transaction, parameters: { default_pool_size: "20", max_client_conn: "500" } }
`);
    assert.equal(servers[0]?.instances, 3);
    assert.equal(servers[0]?.cores, 4);
    assert.deepEqual(servers[0]?.settings, { shared_buffers: '2GB' });
    assert.equal(poolers[0]?.poolMode, 'transaction');
    assert.equal(poolers[0]?.defaultPoolSize, 20);
    assert.equal(poolers[0]?.maxClientConnections, 500);
    assert.equal(monitoring[0]?.kind, 'scrape config');
  });

  it("tell the guide's own job with the statements in it", () => {
    const [job] = read(guidesJob).maintenance;
    assert.equal(job?.name, 'db-maintenance');
    assert.equal(job?.schedule, '0 2 * * 0');
    assert.deepEqual(job?.statements, ['VACUUM ANALYZE', 'REINDEX DATABASE blogengine']);
    assert.deepEqual(
      job?.statementRanges?.map(({ start, end }) => guidesJob.slice(start, end)),
      job?.statements,
    );
  });

  it('take a job that only sends mails for no maintenance', () => {
    const { maintenance } = read(`apiVersion: batch/v1
kind: CronJob
metadata: { name: analyze-mails }
spec:
  schedule: "@daily"
  jobTemplate: { spec: { template: { spec: { containers: [{ name: analyze, image: mails:1, args: [analyze-all] }] } } } }
`);
    assert.deepEqual(maintenance, []);
  });

  it('are read in a list, too', () => {
    const item = web('  replicas: 4').replace(/^/gm, '    ').replace('    apiVersion', '  - apiVersion');
    assert.equal(read(`apiVersion: v1\nkind: List\nitems:\n${item}`).programs[0]?.replicas, 4);
  });

  it('count with the highest number of the overlays that patch it', () => {
    const patch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 9 }\n';
    const { programs } = readDeployment([
      { path: 'base/web.yaml', text: web('  replicas: 2') },
      { path: 'overlays/production/web.yaml', text: patch },
    ]);
    assert.deepEqual(
      programs.map(({ name, replicas }) => [name, replicas]),
      [['web', 9]],
    );
  });

  it('name what scrapes and warns', () => {
    const { monitoring } = read(`apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: database }
spec: { groups: [{ name: pg, rules: [{ alert: Many, expr: 'pg_stat_activity_count > 80' }] }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: metrics }
spec: { selector: { matchLabels: { app: postgres-exporter } }, endpoints: [{ port: http }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, endpoints: [{ port: http }] }
`);
    assert.deepEqual(
      monitoring.map(({ kind, name }) => [kind, name]),
      [
        ['alert rules', 'database'],
        ['scrape config', 'metrics'],
      ],
    );
  });
});
