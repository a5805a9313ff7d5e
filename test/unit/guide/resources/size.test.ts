import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { parse } from 'yaml';
import { machineOf } from '../../../../src/analysis/guide/machine';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import type { ServerIdentity } from '../../../../src/database/health/health';
import type { GuideFacts, IndexAdvice, MachineFacts } from '../../../../src/guide/facts';
import { instanceClassOf, nextClass } from '../../../../src/guide/resources/instance-classes';
import { machineSize } from '../../../../src/guide/resources/size';
import type { CheckResult } from '../../../../src/nouns/check';
import {
  activityOf,
  connectionsOf,
  countersOf,
  factsOf,
  healthOf,
  known,
  settingOf,
} from '../../../support/guide-facts';
import { manifestErrors } from '../../../support/kubernetes-schema';

const gigabyte = 1024 ** 3;
const machine: MachineFacts = { memoryBytes: 4 * gigabyte, cores: 2, source: 'the test' };

interface Situation {
  /** Sessions that compute. */
  readonly busy?: number;
  /** Sessions that wait for the storage. */
  readonly reading?: number;
  readonly databaseBytes?: number;
  readonly hosting?: ServerIdentity['hosting'];
  readonly file?: { readonly path: string; readonly text: string };
  readonly advice?: IndexAdvice;
  readonly machine?: MachineFacts;
}

function situation({
  busy = 0,
  reading = 0,
  databaseBytes = 0,
  hosting = 'self-managed',
  file,
  advice,
  ...more
}: Situation): GuideFacts {
  const activity = activityOf({
    connections: known(
      connectionsOf({
        byState: [{ name: 'active', count: busy }],
        byWait: [
          { name: 'CPU', count: busy },
          { name: 'IO: DataFileRead', count: reading },
        ].filter(({ count }) => count > 0),
      }),
    ),
    counters: known(countersOf()),
  });
  const settings = known({ shared_buffers: settingOf('131072', { amount: gigabyte }) });
  const health = healthOf({ activity, settings });
  const deployment = readDeployment(file ? [file] : []);
  return factsOf({
    health: { ...health, server: { ...health.server, hosting, databaseBytes } },
    workspace: { queries: [], pools: [], sessionUses: [], caches: [], findings: [], deployment },
    machine: more.machine ?? machine,
    ...(advice && { advice }),
  });
}

const commandOf = ({ fixes = [] }: CheckResult): string => {
  const [fix] = fixes;
  assert.ok(fix?.kind === 'command');
  return fix.command;
};

const edited = (text: string, { fixes = [] }: CheckResult): string => {
  const [fix] = fixes;
  assert.ok(fix?.kind === 'edit');
  const [edit] = fix.edits;
  assert.ok(edit);
  return text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
};

const stateful = (resources: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: postgres
  namespace: database
spec:
  serviceName: postgres
  selector:
    matchLabels: { app: postgres }
  template:
    metadata:
      labels: { app: postgres }
    spec:
      containers:
        - name: server
          image: postgres:17
${resources}          ports:
            - containerPort: 5432
`;

const small = `          resources:
            requests:
              memory: "4Gi"
              cpu: "2000m"
            limits:
              memory: "4Gi"
              cpu: "2000m"
`;

describe('the size of the machine', () => {
  it('is enough while cores rest and blocks are found in memory', () => {
    const { state, says, fixes } = machineSize.judge(situation({ busy: 1 }));
    assert.equal(state, 'passed');
    assert.match(says, /^A larger machine would not help now: 1 of 2 cores are busy; /);
    assert.equal(fixes, undefined);
  });

  it('fails where more sessions compute than there are cores and nothing cheaper is known', () => {
    const { state, says } = machineSize.judge(situation({ busy: 7 }));
    assert.equal(state, 'failed');
    assert.equal(
      says,
      'The machine is too small: 7 sessions compute on 2 cores. The next size is a machine of 4 cores and 4 GB.',
    );
  });

  it('needs attention only, and an index first, where one would do', () => {
    const index = { schema: 'public', table: 'posts', name: 'i', method: 'btree', columns: [{ name: 'author_id' }] };
    const root = { totalCost: 1 };
    const missing = {
      kind: 'index',
      title: 'Create index on posts (author_id)',
      index,
      sql: '',
      concurrently: 'CREATE INDEX CONCURRENTLY i ON posts (author_id)',
      proof: {
        by: 'what-if',
        before: { root },
        after: { root },
        sql: '',
        costBefore: 5_000,
        costAfter: 8,
        sizeBytes: 1,
      },
    };
    const advice = { missing: [missing], removable: [], weighted: true } as unknown as IndexAdvice;
    const result = machineSize.judge(situation({ busy: 7, hosting: 'rds', advice }));
    assert.equal(result.state, 'attention');
    assert.match(result.says, /^The machine is short \(7 sessions compute on 2 cores\), but this costs less: /);
    assert.deepEqual(
      result.fixes?.map(({ kind }) => kind),
      ['index', 'command'],
    );
  });

  it('is no matter of a larger machine where the storage is slow and the database fits into memory', () => {
    const slow = { reading: 5, hosting: 'rds' } as const;
    const small = machineSize.judge(situation({ ...slow, databaseBytes: gigabyte }));
    assert.equal(small.state, 'attention');
    assert.match(small.says, /: faster storage helps, a larger machine does not\.$/);
    assert.match(commandOf(small), /--storage-type gp3 --iops <iops>$/);
    const large = machineSize.judge(situation({ ...slow, databaseBytes: 100 * gigabyte }));
    assert.match(large.says, /The next size is a machine of 2 cores and 8 GB\.$/);
  });

  it('is unknown where the cores are', () => {
    const { state, missing } = machineSize.judge(situation({ busy: 7, machine: { memoryBytes: 1, source: 'a' } }));
    assert.deepEqual([state, missing], ['unknown', ['How many cores the server has is not known.']]);
  });
});

describe('the next size', () => {
  const terraform = `resource "aws_db_instance" "blog" {
  engine         = "postgres"
  instance_class = "db.t3.medium"
}
`;

  it('is a class of RDS, in the next window, and says where Terraform has it', () => {
    const result = machineSize.judge(
      situation({ busy: 7, hosting: 'rds', file: { path: '/blog/main.tf', text: terraform } }),
    );
    assert.equal(
      commandOf(result),
      'aws rds modify-db-instance \\\n  --db-instance-identifier <instance> \\\n  --db-instance-class db.m5.xlarge',
    );
    const [fix] = result.fixes ?? [];
    assert.ok(fix?.kind === 'command');
    assert.match(fix.note ?? '', /^It happens in the next maintenance window\. With --apply-immediately .* restarts/);
    assert.match(fix.note ?? '', /instance_class stands in \/blog\/main\.tf/);
  });

  it('is memory-optimized on Aurora, a tier on Cloud SQL, a SKU on Azure', () => {
    const of = (hosting: ServerIdentity['hosting']) => commandOf(machineSize.judge(situation({ busy: 7, hosting })));
    assert.match(of('aurora'), /--db-instance-class db\.r6g\.xlarge$/);
    assert.equal(of('cloud sql'), 'gcloud sql instances patch <instance> --tier=db-custom-4-4096');
    assert.match(of('azure'), /--tier GeneralPurpose --sku-name Standard_D4ds_v5$/);
  });

  it('has twice the memory in the family for it, where memory is short', () => {
    const present = instanceClassOf('db.m6g.xlarge');
    assert.ok(present);
    const options = { isAurora: false };
    assert.equal(nextClass({ cores: 4, memoryBytes: 32 * gigabyte }, present, options)?.name, 'db.r6g.xlarge');
    assert.equal(nextClass({ cores: 8, memoryBytes: 16 * gigabyte }, present, options)?.name, 'db.m6g.2xlarge');
    assert.equal(nextClass({ cores: 500, memoryBytes: 1 }, present, options), undefined);
  });

  it('is an edit of the StatefulSet that has its resources', () => {
    const text = stateful(small);
    const path = '/blog/k8s/postgres.yaml';
    const changed = edited(text, machineSize.judge(situation({ busy: 7, file: { path, text } })));
    assert.deepEqual(manifestErrors(changed), []);
    const [container] = parse(changed).spec.template.spec.containers;
    assert.deepEqual(container.resources, {
      requests: { cpu: '4', memory: '4Gi' },
      limits: { cpu: '4', memory: '4Gi' },
    });
    assert.deepEqual(container.ports, [{ containerPort: 5432 }]);
  });

  it('is a patch where the manifest has none, which overwrites nothing', () => {
    const file = { path: '/blog/k8s/postgres.yaml', text: stateful('') };
    const [fix] = machineSize.judge(situation({ busy: 7, file })).fixes ?? [];
    assert.ok(fix?.kind === 'file');
    const [patch] = fix.files;
    assert.match(patch?.content ?? '', /^# kubectl patch --namespace database statefulset postgres --patch-file/);
    assert.equal(parse(patch?.content ?? '').spec.template.spec.containers[0].resources.limits.cpu, '4');
    assert.deepEqual(fix.placeholders, ['<container>: the name of the container that runs PostgreSQL.']);
  });

  it('is an edit of the Compose file, or a file beside it in its own words', () => {
    const compose = (lines: string) => `services:\n  db:\n    image: postgres:17\n${lines}`;
    const path = '/blog/docker-compose.yml';
    const deployed = compose(
      `    deploy:\n      resources:\n        limits:\n          cpus: "2"\n          memory: 4g\n`,
    );
    const changed = edited(deployed, machineSize.judge(situation({ busy: 7, file: { path, text: deployed } })));
    assert.deepEqual(parse(changed).services.db.deploy.resources.limits, { cpus: '4', memory: '4G' });
    const text = compose('    mem_limit: 4g\n');
    const [fix] = machineSize.judge(situation({ busy: 7, file: { path, text } })).fixes ?? [];
    assert.ok(fix?.kind === 'file');
    assert.deepEqual(parse(fix.files[0]?.content ?? ''), { services: { db: { cpus: 4, mem_limit: '4g' } } });
  });

  it('is known of an instance class in Terraform', () => {
    const known = situation({ file: { path: '/blog/main.tf', text: terraform } });
    const found = machineOf({ source: 'the settings' }, known, { host: 'blog.rds.amazonaws.com' });
    assert.deepEqual([found?.cores, found?.memoryBytes, found?.source], [2, 4 * gigabyte, '/blog/main.tf']);
  });

  it('is what is said, and for the rest what is found', () => {
    const known = situation({ file: { path: '/blog/main.tf', text: terraform } });
    const away = machineOf({ cores: 8, source: '--cores' }, known, { host: 'blog.rds.amazonaws.com' });
    assert.deepEqual([away?.cores, away?.memoryBytes, away?.source], [8, 4 * gigabyte, '--cores']);
    const here = machineOf({ cores: 8, source: '--cores' }, known, { host: 'localhost' });
    assert.deepEqual([here?.cores, here?.memoryBytes], [8, totalmem()]);
    const only = machineOf({ storage: 'ssd', source: '--storage' }, factsOf(), { host: 'db.example.org' });
    assert.deepEqual(only, { memoryBytes: undefined, cores: undefined, storage: 'ssd', source: '--storage' });
  });
});
