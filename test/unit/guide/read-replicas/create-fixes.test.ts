import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { DatabaseReference } from '../../../../src/code/deployment/deployment';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import type { Health } from '../../../../src/database/health/health';
import { createReplicaFixes } from '../../../../src/guide/read-replicas/create-fixes';
import type { GuideFix } from '../../../../src/nouns/check';
import { clusterError } from '../../../support/cloudnativepg-schema';
import { factsOf, healthOf } from '../../../support/guide-facts';
import { workspaceOf } from '../../../support/pool-facts';

const terraform = `resource "aws_db_instance" "blog" {
  identifier     = "blog"
  engine         = "postgres"
  instance_class = "db.m6g.large"
}
`;

function fixesOn(
  hosting: Health['server']['hosting'],
  files: Readonly<Record<string, string>> = {},
  references: readonly DatabaseReference[] = [],
  more: Partial<Health['server']> = {},
): readonly GuideFix[] {
  const base = healthOf();
  const health = { ...base, server: { ...base.server, hosting, ...more } };
  const read = readDeployment(Object.entries(files).map(([path, text]) => ({ path, text })));
  return createReplicaFixes(factsOf({ workspace: workspaceOf({ deployment: { ...read, references } }) }), health);
}

const referenceTo = (host: string): DatabaseReference => ({
  ...{ place: { path: '/app/.env', range: { start: 0, end: 1 } }, variable: 'DATABASE_URL', parameters: {} },
  ...{ isUrl: true, host },
});

const commandsOf = (fixes: readonly GuideFix[]) => fixes.flatMap((fix) => (fix.kind === 'command' ? [fix] : []));

describe('a replica is made', () => {
  it('on RDS by the guide’s command, with what the endpoint and Terraform tell', () => {
    const [known] = commandsOf(
      fixesOn('rds', { '/app/main.tf': terraform }, [referenceTo('blog.c9akciq32.eu-west-1.rds.amazonaws.com')]),
    );
    assert.equal(
      known?.command,
      'aws rds create-db-instance-read-replica \\\n  --region eu-west-1 \\\n  --db-instance-identifier blog-read-replica-1 \\\n  --source-db-instance-identifier blog \\\n  --db-instance-class db.m6g.large',
    );
    assert.deepEqual(known?.placeholders, []);
    const [unknown] = commandsOf(fixesOn('rds'));
    assert.match(unknown?.command ?? '', /--source-db-instance-identifier <instance> .*<class>$/s);
    assert.equal(unknown?.placeholders.length, 2);
  });

  it('in Terraform as a replica of the instance that is there', () => {
    const [fix] = fixesOn('rds', { '/app/main.tf': terraform });
    assert.equal(fix?.kind, 'file');
    const [file] = fix.files;
    assert.equal(file?.path, 'blog-read-replica.tf');
    const { servers } = readDeployment([
      { path: '/app/main.tf', text: terraform },
      { path: `/app/${file?.path}`, text: file?.content ?? '' },
    ]);
    const replica = servers.find(({ name }) => name === 'blog_read_replica');
    assert.deepEqual([replica?.replicaOf, replica?.instanceClass], ['blog', 'db.m6g.large']);
  });

  it('in Terraform by its identifier, where no file declares the primary', () => {
    const [, fix] = fixesOn('rds', {}, [referenceTo('blog.c9akciq32.eu-west-1.rds.amazonaws.com')]);
    assert.equal(fix?.kind, 'file');
    const [file] = fix.files;
    assert.equal(
      file?.content,
      `resource "aws_db_instance" "read_replica" {
  identifier          = "blog-read-replica-1"
  replicate_source_db = "blog"
  instance_class      = "<class>"
  skip_final_snapshot = true
}

output "database_read_host" {
  value = aws_db_instance.read_replica.address
}
`,
    );
    assert.deepEqual(fix.placeholders.length, 1);
    const { servers } = readDeployment([{ path: '/app/read-replica.tf', text: file.content }]);
    assert.deepEqual(
      servers.map(({ name, replicaOf }) => [name, replicaOf]),
      [['read_replica', 'blog']],
    );
  });

  it('on Aurora as a reader of the cluster', () => {
    const [fix] = commandsOf(
      fixesOn('aurora', {}, [referenceTo('blog.cluster-c9akciq32.eu-west-1.rds.amazonaws.com')]),
    );
    assert.match(
      fix?.command ?? '',
      /--region eu-west-1 .*--db-instance-identifier blog-reader-1 .*--db-cluster-identifier blog /s,
    );
    const [, inTerraform] = fixesOn('aurora');
    assert.equal(inTerraform?.kind, 'file');
    assert.match(inTerraform.files[0]?.content ?? '', /cluster_identifier = "<cluster>"/);
    assert.equal(inTerraform.placeholders.length, 2);
  });

  it('by CloudNativePG as one instance more', () => {
    const cluster =
      'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: blog, namespace: shop }\nspec: { instances: 2 }\n';
    const [fix] = commandsOf(fixesOn('self-managed', { '/app/k8s/blog.yaml': cluster }));
    assert.equal(
      fix?.command,
      `kubectl patch cluster blog --namespace shop --type merge --patch '{"spec":{"instances":3}}'`,
    );
  });

  const statefulSet = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres, namespace: shop }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: postgres
          image: postgres:17
          resources: { limits: { memory: 8Gi, cpu: "4" } }
`;

  it('in Kubernetes by a Cluster of CloudNativePG that follows the server, as its definition wants it', () => {
    const files = { '/app/k8s/postgres.yaml': statefulSet };
    const [fix, byHand] = fixesOn('self-managed', files, [], { version: 170_005, databaseBytes: 5 * 2 ** 30 });
    assert.equal(byHand?.kind, 'command');
    assert.equal(fix?.kind, 'file');
    const [file] = fix.files;
    assert.equal(file?.path, 'k8s/database/postgres-replicas.yaml');
    assert.equal(clusterError(file.content), undefined);
    const { metadata, spec } = parse(file.content);
    assert.deepEqual(metadata, { name: 'postgres-replicas', namespace: 'shop' });
    assert.equal(spec.imageName, 'ghcr.io/cloudnative-pg/postgresql:17-standard-trixie');
    assert.deepEqual(spec.storage, { size: '15Gi' });
    assert.deepEqual(spec.resources, {
      requests: { memory: '8192Mi', cpu: '4000m' },
      limits: { memory: '8192Mi', cpu: '4000m' },
    });
    const [external] = spec.externalClusters;
    assert.equal(external.connectionParameters.host, 'postgres.shop.svc.cluster.local');
    assert.deepEqual(external.password, { name: 'postgres-replication', key: 'password' });
    assert.ok(fix.placeholders.some((one) => one.startsWith('<replicator>')));
    // The definition is one that refuses.
    assert.match(clusterError(file.content.replace('source: postgres', 'sauce: postgres')) ?? '', /source|sauce/);
    assert.notEqual(clusterError(file.content.replace('instances: 1', 'instances: "1"')), undefined);
  });

  it('by no such Cluster where its images end, or where nothing is in Kubernetes', () => {
    const kinds = (fixes: readonly GuideFix[]) => fixes.map(({ kind }) => kind);
    const files = { '/app/k8s/postgres.yaml': statefulSet };
    assert.deepEqual(kinds(fixesOn('self-managed', files, [], { version: 130_020 })), ['command']);
    assert.deepEqual(kinds(fixesOn('self-managed')), ['command']);
  });

  it('nowhere with a password in the command', () => {
    for (const hosting of ['rds', 'aurora', 'cloud sql', 'azure', 'self-managed'] as const) {
      const fixes = commandsOf(fixesOn(hosting));
      assert.equal(fixes.length, 1);
      assert.doesNotMatch(fixes[0]?.command ?? '', /password/i);
    }
  });
});
