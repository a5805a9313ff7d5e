import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { Deployment } from '../../../../src/code/deployment/deployment';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import type { ServerIdentity } from '../../../../src/database/health/health';
import { reindexInJobs } from '../../../../src/guide/maintenance/reindex-in-jobs';
import { scheduled } from '../../../../src/guide/maintenance/scheduled';
import type { FileFix, GuideFix } from '../../../../src/nouns/check';
import { factsOf, healthOf, indexOf, known, settingOf, tableOf } from '../../../support/guide-facts';
import { guidesJob } from '../../../support/guides-job';
import { manifestErrors } from '../../../support/kubernetes-schema';

const place = { path: '/blog/k8s/api.yaml', range: { start: 0, end: 0 } };
const nothing: Deployment = { programs: [], servers: [], poolers: [], maintenance: [], monitoring: [] };
const inCluster: Deployment = {
  ...nothing,
  programs: [{ place, kind: 'kubernetes', name: 'api', namespace: 'blog', environment: {} }],
  servers: [{ place, kind: 'kubernetes', name: 'postgres', namespace: 'database', settings: {} }],
};

function factsWith(deployment: Deployment, server: Partial<ServerIdentity> = {}, more = {}) {
  const health = healthOf(more);
  return factsOf({
    health: { ...health, server: { ...health.server, ...server } },
    workspace: { queries: [], pools: [], sessionUses: [], caches: [], findings: [], deployment },
  });
}

function fileFix(fixes: readonly GuideFix[] | undefined, title: RegExp): FileFix {
  const found = fixes?.find((fix) => title.test(fix.title));
  assert.ok(found?.kind === 'file', `a file fix ${title}`);
  return found;
}

describe('maintenance that runs regularly', () => {
  it('is autovacuum alone where nothing lags behind it: a weekly VACUUM of everything is not needed', () => {
    const { state, says } = scheduled.judge(factsWith(nothing));
    assert.equal(state, 'passed');
    assert.equal(says, 'Autovacuum is on and keeps up: a weekly VACUUM of everything is not needed.');
  });

  it('needs attention where autovacuum lags behind and no job helps it', () => {
    const tables = known([tableOf('posts', { rows: 10_000, liveRows: 10_000, deadRows: 9_000 })]);
    assert.equal(scheduled.judge(factsWith(nothing, {}, { tables })).state, 'attention');
    const maintenance = readDeployment([{ path: '/blog/k8s/job.yaml', text: guidesJob }]).maintenance;
    const { state, says } = scheduled.judge(factsWith({ ...nothing, maintenance }, {}, { tables }));
    assert.equal(state, 'passed');
    assert.equal(says, 'Autovacuum is on. The job db-maintenance (cronjob, 0 2 * * 0) helps.');
  });

  it('fails where autovacuum is off, with the setting as the first fix', () => {
    const settings = known({ autovacuum: settingOf('off', { context: 'sighup' }) });
    const { state, says, fixes } = scheduled.judge(factsWith(nothing, {}, { settings }));
    assert.equal(state, 'failed');
    assert.match(says, /autovacuum is off\. No job does its work, either\.$/);
    assert.deepEqual(fixes?.[0]?.kind, 'setting');
  });

  it('is offered first in the way that fits: in a cluster a CronJob, else pg_cron where the server has it', () => {
    const titles = (deployment: Deployment, available: readonly string[]) =>
      scheduled
        .judge(factsWith(deployment, { availableExtensions: available }))
        .fixes?.map(({ title }) => title.split(' by ')[1]);
    assert.deepEqual(titles(inCluster, []), ['a Kubernetes CronJob', 'a systemd timer', 'a line in the crontab']);
    assert.deepEqual(titles(nothing, ['pg_cron'])?.[0], 'pg_cron, in the server');
  });
});

describe('the CronJob', () => {
  const { fixes } = scheduled.judge(factsWith(inCluster, { version: 160004 }));
  const [file] = fileFix(fixes, /CronJob/).files;
  const content = file?.content ?? '';

  it('is one that Kubernetes takes, in the namespace of the server', () => {
    assert.deepEqual(manifestErrors(content), []);
    const { metadata, spec } = parse(content);
    assert.equal(metadata.namespace, 'database');
    assert.equal(spec.concurrencyPolicy, 'Forbid');
    const [container] = spec.jobTemplate.spec.template.spec.containers;
    assert.equal(container.image, 'postgres:16');
    assert.deepEqual(container.env[0].valueFrom, { secretKeyRef: { name: 'db-maintenance', key: 'DATABASE_URL' } });
  });

  it('runs a script that a shell takes, with the SQL as it is', () => {
    const [container] = parse(content).spec.jobTemplate.spec.template.spec.containers;
    const [, , script] = container.command;
    // Programs of the image, which say what they are given.
    const stubs = 'vacuumdb() { echo "vacuumdb $*"; }; psql() { cat; }\n';
    const out = execFileSync('/bin/sh', ['-euc', stubs + script], {
      env: { DATABASE_URL: 'postgres://x' },
      encoding: 'utf8',
    });
    assert.match(
      out,
      /^vacuumdb --dbname=postgres:\/\/x --analyze --jobs=2\nSELECT format\('REINDEX INDEX CONCURRENTLY/,
    );
    assert.match(out, /NOT LIKE 'pg\\_%'/);
    assert.match(out, /LIMIT 5\n\\gexec\n$/);
  });

  it('is read by Planlight as the job that it is, and locks nothing', () => {
    const deployment = readDeployment([{ path: '/blog/k8s/maintenance-cronjob.yaml', text: content }]);
    assert.deepEqual(
      deployment.maintenance.map(({ kind, schedule }) => [kind, schedule]),
      [['cronjob', '0 2 * * 0']],
    );
    assert.equal(reindexInJobs.judge(factsWith(deployment)).state, 'passed');
  });
});

describe('the systemd timer', () => {
  it('is one that systemd takes', async function () {
    const { fixes } = scheduled.judge(factsWith(nothing));
    const folder = await mkdtemp(join(tmpdir(), 'units-'));
    const units: string[] = [];
    for (const { path, content } of fileFix(fixes, /systemd/).files.filter((one) => !one.path.endsWith('.sql'))) {
      const unit = join(folder, basename(path));
      // The programs of PostgreSQL need not be here.
      await writeFile(unit, content.replace(/\/usr\/bin\/(?:vacuumdb|psql)/g, '/bin/true'));
      units.push(unit);
    }
    try {
      const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', ...units]);
      assert.equal(stderr, '');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.skip();
      throw error;
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the line of the crontab', () => {
  it('is a command that writes one line, and leaves strange names to a person', () => {
    const line = (server: Partial<ServerIdentity>) => {
      const fix = scheduled.judge(factsWith(nothing, server)).fixes?.find(({ title }) => /crontab/.test(title));
      assert.ok(fix?.kind === 'command');
      const stubs = 'crontab() { [ "$1" = -l ] || cat; }\n';
      return execFileSync('/bin/sh', ['-euc', stubs + fix.command], { encoding: 'utf8' });
    };
    assert.equal(
      line({}),
      '0 2 * * 0 vacuumdb --no-password --host=<host> --username=blog --dbname=blog --analyze --jobs=2\n',
    );
    assert.match(line({ database: `it's 50%` }), /--dbname=<database>/);
  });
});

describe('pg_cron', () => {
  it('rebuilds the indexes that are bloated now, each by its own job', () => {
    const bloat = { bytes: 20 * 1024 ** 2, share: 0.6, by: 'estimate' as const };
    const indexes = known([indexOf('posts', "it's", { bloat })]);
    const facts = factsWith(nothing, { availableExtensions: ['pg_cron'] }, { indexes });
    const fix = fileFix(scheduled.judge(facts).fixes, /pg_cron/);
    assert.match(
      fix.files[0]?.content ?? '',
      /'reindex public\.it''s', '0 3 1 \* \*', 'REINDEX INDEX CONCURRENTLY public\."it''s"', 'blog'/,
    );
    assert.match(fix.note ?? '', /shared_preload_libraries/);
  });
});

describe('REINDEX in jobs', () => {
  const judge = (path: string, text: string) => reindexInJobs.judge(factsWith(readDeployment([{ path, text }])));
  const edited = (text: string, { fixes = [] }: ReturnType<typeof judge>) => {
    const [fix] = fixes;
    assert.ok(fix?.kind === 'edit');
    const { range, newText } = fix.edits[0] ?? { range: { start: 0, end: 0 }, newText: '' };
    return text.slice(0, range.start) + newText + text.slice(range.end);
  };

  it('of the guide locks every table of the database: it is made CONCURRENTLY', () => {
    const result = judge('/blog/k8s/maintenance-cronjob.yaml', guidesJob);
    assert.equal(result.state, 'attention');
    assert.match(result.says, /^db-maintenance runs REINDEX DATABASE blogengine without CONCURRENTLY/);
    const better = edited(guidesJob, result);
    assert.ok(better.includes('REINDEX DATABASE CONCURRENTLY blogengine;'));
    assert.equal(judge('/blog/k8s/maintenance-cronjob.yaml', better).state, 'passed');
    assert.deepEqual(manifestErrors(better), []);
  });

  it('by reindexdb locks, too', () => {
    const text = guidesJob.replace(/psql[\s\S]*EOF\n/, 'reindexdb --dbname=blog\n');
    const better = edited(text, judge('/blog/k8s/job.yaml', text));
    assert.ok(better.includes('reindexdb --concurrently --dbname=blog'));
    assert.equal(judge('/blog/k8s/job.yaml', better).state, 'passed');
  });

  it('is no question where the workspace has no job', () => {
    assert.equal(reindexInJobs.judge(factsWith(nothing)).state, 'not applicable');
  });
});
