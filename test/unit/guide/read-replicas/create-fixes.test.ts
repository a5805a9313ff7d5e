import assert from 'node:assert/strict';
import type { DatabaseReference } from '../../../../src/code/deployment/deployment';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import type { Health } from '../../../../src/database/health/health';
import { createReplicaFixes } from '../../../../src/guide/read-replicas/create-fixes';
import type { GuideFix } from '../../../../src/nouns/check';
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
): readonly GuideFix[] {
  const base = healthOf();
  const health = { ...base, server: { ...base.server, hosting } };
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
      'aws rds create-db-instance-read-replica \\\n  --db-instance-identifier blog-read-replica-1 \\\n  --source-db-instance-identifier blog \\\n  --db-instance-class db.m6g.large',
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

  it('on Aurora as a reader of the cluster', () => {
    const [fix] = commandsOf(
      fixesOn('aurora', {}, [referenceTo('blog.cluster-c9akciq32.eu-west-1.rds.amazonaws.com')]),
    );
    assert.match(fix?.command ?? '', /--db-instance-identifier blog-reader-1 .*--db-cluster-identifier blog /s);
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

  it('nowhere with a password in the command', () => {
    for (const hosting of ['rds', 'aurora', 'cloud sql', 'azure', 'self-managed'] as const) {
      const fixes = fixesOn(hosting);
      assert.equal(fixes.length, 1);
      assert.doesNotMatch(commandsOf(fixes)[0]?.command ?? '', /password/i);
    }
  });
});
