import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import type { GuideFacts, WorkspaceFacts } from '../../../../src/guide/facts';
import { redirections } from '../../../../src/guide/pgbouncer/files/redirections';
import { poolerFixes } from '../../../../src/guide/pgbouncer/fixes';
import type { FileFix } from '../../../../src/nouns/check';
import { factsOf } from '../../../support/guide-facts';
import { manifestErrors } from '../../../support/kubernetes-schema';
import { poolUseOf, workspaceOf } from '../../../support/pool-facts';
import { sessionUseOf } from '../../../support/pooler-facts';

const cluster = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres, namespace: database }
spec: { template: { spec: { containers: [{ name: postgres, image: postgres:17 }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: web
          image: web:1
          env:
            - { name: DATABASE_URL, value: 'postgres://blog:secret@postgres.database:5432/blog' }
`;

function factsWith(files: Readonly<Record<string, string>>, more: Partial<WorkspaceFacts> = {}): GuideFacts {
  const deployment = readDeployment(Object.entries(files).map(([path, text]) => ({ path, text })));
  return factsOf({ workspace: { ...workspaceOf(), ...more, deployment }, machine: { cores: 8, source: 'a setting' } });
}

function filesOf(facts: GuideFacts, title: RegExp): FileFix {
  const fix = poolerFixes(facts).find((one) => one.kind === 'file' && title.test(one.title));
  assert.equal(fix?.kind, 'file');
  return fix as FileFix;
}

describe('files that deploy PgBouncer', () => {
  it('are manifests that Kubernetes takes', () => {
    for (const facts of [
      factsWith({ '/k8s/all.yaml': cluster }),
      factsWith({ '/k8s/all.yaml': cluster.replaceAll(/, namespace: \w+/g, '') }),
    ]) {
      const [file] = filesOf(facts, /Kubernetes/).files;
      assert.deepEqual(manifestErrors(file?.content ?? ''), []);
    }
  });

  it('say in manifests what was meant', () => {
    const [file] = filesOf(factsWith({ '/k8s/all.yaml': cluster }), /Kubernetes/).files;
    const { poolers } = readDeployment([{ path: file?.path ?? '', text: file?.content ?? '' }]);
    assert.equal(poolers.length, 1);
    const { name, namespace, replicas, poolMode, defaultPoolSize, maxClientConnections, maxPreparedStatements } =
      poolers[0] ?? {};
    assert.deepEqual(
      [name, namespace, replicas, poolMode, defaultPoolSize, maxClientConnections, maxPreparedStatements],
      ['pgbouncer', 'database', 2, 'transaction', 7, 1_000, 200],
    );
    assert.match(
      file?.content ?? '',
      /^ {4}blog = host=postgres\.database\.svc\.cluster\.local port=5432 dbname=blog$/m,
    );
  });

  it('hold no password, and say where it goes', () => {
    const fixes = poolerFixes(factsWith({ '/k8s/all.yaml': cluster }));
    assert.doesNotMatch(JSON.stringify(fixes), /secret@|:secret/);
    const { placeholders } = filesOf(factsWith({ '/k8s/all.yaml': cluster }), /Kubernetes/);
    assert.ok(
      placeholders.some((one) =>
        one.includes('kubectl create secret generic pgbouncer-users --namespace database --from-file=userlist.txt'),
      ),
    );
  });

  it('are a Pooler where CloudNativePG runs the server', () => {
    const cnpg = `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: blog-db, namespace: database }
spec: { instances: 3 }
`;
    const [file] = filesOf(factsWith({ '/k8s/cluster.yaml': cnpg }), /CloudNativePG/).files;
    const content = file?.content ?? '';
    assert.deepEqual(manifestErrors(content, { custom: ['postgresql.cnpg.io/v1 Pooler'] }), []);
    const [pooler, other] = readDeployment([{ path: '/k8s/pgbouncer.yaml', text: content }]).poolers;
    assert.deepEqual(
      [pooler?.kind, pooler?.poolMode, pooler?.defaultPoolSize, pooler?.replicas],
      ['cloudnativepg', 'transaction', 7, 2],
    );
    assert.equal(other, undefined);
  });

  it('are a Compose file of their own beside the one that is there', () => {
    const compose =
      'services:\n  db: { image: postgres:17 }\n  web:\n    build: .\n    environment: { DATABASE_URL: postgres://blog@db:5432/blog }\n';
    const { files } = filesOf(factsWith({ '/docker-compose.yml': compose }), /Compose/);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['docker-compose.pgbouncer.yml', 'pgbouncer/pgbouncer.ini'],
    );
    assert.deepEqual(Object.keys(parse(files[0]?.content ?? '').services), ['pgbouncer']);
    assert.match(files[1]?.content ?? '', /^blog = host=db port=5432 dbname=blog$/m);
    const [pooler] = readDeployment(files.map(({ path, content }) => ({ path, text: content }))).poolers;
    assert.equal(pooler?.poolMode, 'transaction');
    assert.equal(pooler?.defaultPoolSize, 16);
  });

  it('are in session mode where a session is needed, and say for what', () => {
    const sessionUses = [sessionUseOf({ kind: 'set', text: 'SET search_path = a' })];
    const { title, note } = filesOf(factsWith({ '/k8s/all.yaml': cluster }, { sessionUses }), /Kubernetes/);
    assert.equal(title, 'Deploy PgBouncer in session mode: Kubernetes');
    assert.match(note ?? '', /Session mode, for this would break in transaction mode: 1 SET\./);
  });

  it('let pass what pools set at the start of a connection, and keep it for the role', () => {
    const pools = [poolUseOf({ statementMs: { value: 5_000, isDefault: false }, idleInTransactionMs: undefined })];
    const facts = factsWith({ '/k8s/all.yaml': cluster }, { pools });
    assert.match(
      filesOf(facts, /Kubernetes/).files[0]?.content ?? '',
      /ignore_startup_parameters = extra_float_digits, statement_timeout$/m,
    );
    const statement = poolerFixes(facts).find(({ kind }) => kind === 'statement');
    assert.equal(statement?.kind === 'statement' && statement.sql, "ALTER ROLE blog SET statement_timeout = '5000ms'");
  });

  it('name placeholders for what is not known', () => {
    const { files, placeholders } = filesOf(factsOf({ health: undefined, workspace: workspaceOf() }), /ini/);
    assert.match(files[0]?.content ?? '', /^<database> = host=localhost/m);
    assert.ok(placeholders.some((one) => one.startsWith('<user>: ')));
  });
});

describe('variables that name the server', () => {
  const applied = (facts: GuideFacts, path: string, text: string): string => {
    const [fix] = redirections(facts);
    const edits = [...(fix?.edits ?? [])]
      .filter(({ uri }) => uri === path)
      .sort((a, b) => b.range.start - a.range.start);
    return edits.reduce(
      (left, { range, newText }) => left.slice(0, range.start) + newText + left.slice(range.end),
      text,
    );
  };

  it('name PgBouncer instead, in another namespace by its whole name', () => {
    assert.equal(
      applied(factsWith({ '/k8s/all.yaml': cluster }), '/k8s/all.yaml', cluster),
      cluster.replace('postgres.database:5432', 'pgbouncer.database.svc.cluster.local:5432'),
    );
  });

  it('name it where host and port are variables of their own', () => {
    const text = 'services:\n  web:\n    build: .\n    environment:\n      PGHOST: db\n      PGPORT: 5432\n';
    assert.equal(applied(factsWith({ '/compose.yml': text }), '/compose.yml', text), text.replace('db', 'pgbouncer'));
  });

  it('stay in migrations and jobs', () => {
    const url = 'environment: { DATABASE_URL: postgres://blog@db:5432/blog }';
    const text = `services:\n  migrate:\n    build: .\n    ${url}\n  web:\n    build: .\n    ${url}\n`;
    const after = applied(factsWith({ '/compose.yml': text }), '/compose.yml', text);
    assert.equal(
      after,
      text.slice(0, text.lastIndexOf('@db')) + text.slice(text.lastIndexOf('@db')).replace('@db', '@pgbouncer'),
    );
  });

  it('stay where the server is on this machine, and in what goes to a pooler already', () => {
    const text = 'DATABASE_URL=postgres://blog@localhost:5432/blog\nPOOLED_URL=postgres://blog@pgbouncer:6432/blog\n';
    assert.deepEqual(redirections(factsWith({ '/.env.example': text })), []);
  });
});
