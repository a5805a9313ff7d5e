import assert from 'node:assert/strict';
import { mayBeManifest, readDeployment } from '../../../../src/code/deployment/read-deployment';

const read = (path: string, text: string) => readDeployment([{ path, text }]);

describe('Terraform files', () => {
  it('tell instances, replicas and clusters', () => {
    const { servers } = readDeployment([
      {
        path: '/infra/main.tf',
        text: `# The database
resource "aws_db_instance" "primary" {
  identifier     = "shop-\${var.stage}"
  engine         = "postgres"
  instance_class = var.db_class // small
  password       = "secret"
  tags = {
    Name = "a } in a text"
  }
  user_data = <<-EOT
    resource "aws_db_instance" "no" { engine = "postgres" }
  EOT
}
resource "aws_db_instance" "reads" {
  count               = 2
  replicate_source_db = aws_db_instance.primary.identifier
  instance_class      = "db.r6g.large"
}
resource "aws_db_instance" "other" {
  engine = "mysql"
}
resource "google_sql_database_instance" "main" {
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-4-16384"
  }
}
`,
      },
      { path: '/infra/variables.tf', text: 'variable "db_class" {\n  type = string\n  default = "db.t3.medium"\n}\n' },
    ]);
    assert.deepEqual(
      servers.map(({ name, instanceClass, replicaOf, instances }) => [name, instanceClass, replicaOf, instances]),
      [
        ['primary', 'db.t3.medium', undefined, undefined],
        ['reads', 'db.r6g.large', 'primary', 2],
        ['main', 'db-custom-4-16384', undefined, undefined],
      ],
    );
    assert.doesNotMatch(JSON.stringify(servers), /secret/);
  });
});

describe('other files', () => {
  it("say PgBouncer's sizes in its own file", () => {
    const { poolers } = read(
      '/etc/pgbouncer.ini',
      '[databases]\nblog = host=db password=secret\n[pgbouncer]\n; pool_mode = session\npool_mode = transaction\nlisten_port=6432\nmax_prepared_statements = 0\n',
    );
    assert.equal(poolers[0]?.poolMode, 'transaction');
    assert.equal(poolers[0]?.port, 6432);
    assert.equal(poolers[0]?.maxPreparedStatements, 0);
    assert.doesNotMatch(JSON.stringify(poolers), /secret/);
  });

  it('say in a crontab, a timer and a script of pg_cron what looks after the database', () => {
    const { maintenance } = readDeployment([
      {
        path: '/ops/crontab',
        text: '# VACUUM by hand\n0 3 * * * pg psql -c "VACUUM ANALYZE"\n*/5 * * * * curl x\n@weekly vacuumdb --analyze postgres://blog:secret@db/blog\n',
      },
      { path: '/ops/reindex.service', text: '[Service]\nExecStart=/usr/bin/reindexdb --concurrently blog\n' },
      { path: '/ops/reindex.timer', text: '[Timer]\nOnCalendar=weekly\n' },
      {
        path: '/db/cron.sql',
        text: "SELECT cron.schedule('nightly', '0 4 * * *', $$VACUUM (ANALYZE) posts$$);\nSELECT cron.schedule('0 5 * * *', 'DELETE FROM logs');\n",
      },
    ]);
    assert.deepEqual(
      maintenance.map(({ kind, name, schedule, statements }) => [kind, name, schedule, ...statements]),
      [
        ['crontab', 'crontab', '0 3 * * *', 'VACUUM ANALYZE'],
        ['crontab', 'crontab', '@weekly', 'vacuumdb --analyze postgres://blog@db/blog'],
        ['pg_cron', 'nightly', '0 4 * * *', 'VACUUM (ANALYZE) posts'],
        ['systemd', 'reindex', 'weekly', 'reindexdb --concurrently blog'],
      ],
    );
  });

  it('name dashboards and rules about PostgreSQL', () => {
    const { monitoring } = readDeployment([
      {
        path: '/g/pg.json',
        text: '{"title":"PostgreSQL","schemaVersion":39,"panels":[{"targets":[{"expr":"pg_stat_activity_count"}]}]}',
      },
      { path: '/g/web.json', text: '{"title":"Web","panels":[{"targets":[{"expr":"http_requests"}]}]}' },
      { path: '/p/rules.yml', text: 'groups:\n  - name: pg\n    rules:\n      - { alert: Down, expr: pg_up == 0 }\n' },
      {
        path: '/p/prometheus.yml',
        text: 'scrape_configs:\n  - job_name: db\n    static_configs: [{ targets: ["db:9187"] }]\n',
      },
    ]);
    assert.deepEqual(
      monitoring.map(({ kind, name }) => [kind, name]),
      [
        ['dashboard', 'PostgreSQL'],
        ['alert rules', 'rules.yml'],
        ['scrape config', 'db'],
      ],
    );
  });

  it('say in .env.example where the database is', () => {
    const text =
      'PORT=3000\nexport DATABASE_URL="postgresql://user:pass@localhost/blog"\nDB_HOST=localhost\nDB_PORT=5433\n';
    const { references = [] } = read('/shop/.env.example', text);
    assert.deepEqual(
      references.map(({ variable, host, port, place: { range } }) => [
        variable,
        host,
        port,
        text.slice(range.start, range.end),
      ]),
      [
        ['DATABASE_URL', 'localhost', undefined, 'localhost'],
        ['DB_HOST', 'localhost', 5433, 'localhost'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(references), /pass@|:pass/);
  });

  it('say nothing of a host that the environment puts in', () => {
    const text = 'DATABASE_URL=postgres://$USER@${DB_HOST}:5432/blog\nOTHER_URL=postgres://${USER}@db/${NAME}\n';
    const { references = [] } = read('/shop/.env.example', text);
    assert.deepEqual(
      references.map(({ variable, host, user, database }) => [variable, host, user, database]),
      [['OTHER_URL', 'db', undefined, undefined]],
    );
  });

  it('are asked for by their names', () => {
    const names = [
      'app.yaml',
      'Dockerfile',
      'api.Dockerfile',
      'Procfile',
      'main.tf',
      'ecosystem.config.cjs',
      '.env.example',
    ];
    assert.deepEqual(names.filter(mayBeManifest), names);
    assert.deepEqual(['package.json', 'pnpm-lock.yaml', '.env', 'index.ts'].filter(mayBeManifest), []);
  });

  it('say nothing where they are broken, and never throw', () => {
    const texts = [
      '',
      'a: [',
      '{{ x }}',
      '{{- if',
      '&a [*a]',
      'kind: *b',
      '- - -\n?:',
      '\0',
      'services: { a: }',
      'apps: [',
      'resource "a" "b" {',
      'x = <<EOT',
    ];
    const whole =
      'apiVersion: v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ image: a, env: [{ name: A, value: 1 }] }] } } }\n';
    const cut = [...whole].map((_, at) => whole.slice(0, at));
    for (const name of [
      'a.yaml',
      'a.json',
      'a.tf',
      'Dockerfile',
      'Procfile',
      'ecosystem.config.js',
      'a.service',
      'crontab',
      'pgbouncer.ini',
      'a.sql',
      'values.yaml',
    ])
      for (const text of [...texts, ...cut]) assert.doesNotThrow(() => read(`/x/${name}`, text), `${name}: ${text}`);
  });
});
