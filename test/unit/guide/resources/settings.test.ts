import assert from 'node:assert/strict';
import type { Health, ServerIdentity, ServerSetting } from '../../../../src/database/health/health';
import { settingAmount } from '../../../../src/database/health/settings';
import type { MachineFacts } from '../../../../src/guide/facts';
import { autovacuumPace } from '../../../../src/guide/resources/autovacuum-pace';
import { checkpoints } from '../../../../src/guide/resources/checkpoints';
import { effectiveCacheSize } from '../../../../src/guide/resources/effective-cache-size';
import { hugePages } from '../../../../src/guide/resources/huge-pages';
import { jit } from '../../../../src/guide/resources/jit';
import { maintenanceWorkMem } from '../../../../src/guide/resources/maintenance-work-mem';
import { parallelWorkers } from '../../../../src/guide/resources/parallel-workers';
import { sharedBuffers } from '../../../../src/guide/resources/shared-buffers';
import { storageCosts } from '../../../../src/guide/resources/storage-costs';
import { workMem } from '../../../../src/guide/resources/work-mem';
import type { CheckResult } from '../../../../src/nouns/check';
import {
  activityOf,
  countersOf,
  factsOf,
  healthOf,
  indexOf,
  known,
  settingOf,
  statisticOf,
  tableOf,
} from '../../../support/guide-facts';

const gigabyte = 1024 ** 3;

/** In units of pg_settings. */
const given = (setting: string, unit?: string, more: Partial<ServerSetting> = {}): ServerSetting => ({
  ...settingOf(setting, { context: 'sighup', source: 'configuration file', ...more }),
  ...(unit !== undefined && { unit, amount: settingAmount(setting, unit) }),
});

/** PostgreSQL's defaults. */
const defaults: Readonly<Record<string, ServerSetting>> = {
  shared_buffers: given('16384', '8kB', { context: 'postmaster' }),
  effective_cache_size: given('524288', '8kB', { source: 'default' }),
  work_mem: given('4096', 'kB', { source: 'default' }),
  hash_mem_multiplier: given('2'),
  max_connections: given('100'),
  maintenance_work_mem: given('65536', 'kB', { source: 'default' }),
  random_page_cost: given('4'),
  seq_page_cost: given('1'),
  effective_io_concurrency: given('1'),
  max_worker_processes: given('8', undefined, { context: 'postmaster' }),
  max_parallel_workers: given('8'),
  max_parallel_workers_per_gather: given('2'),
  max_parallel_maintenance_workers: given('2'),
  max_wal_size: given('1024', 'MB'),
  checkpoint_timeout: given('300', 's'),
  checkpoint_completion_target: given('0.9'),
  fsync: given('on'),
  full_page_writes: given('on'),
  wal_compression: given('off'),
  huge_pages: given('try', undefined, { context: 'postmaster' }),
  jit: given('on'),
  jit_above_cost: given('100000'),
};

const machine: MachineFacts = { memoryBytes: 16 * gigabyte, cores: 8, source: 'the test' };

function facts(
  settings: Readonly<Record<string, ServerSetting>> = {},
  more: Partial<Health> & { hosting?: ServerIdentity['hosting'] } = {},
  size: MachineFacts | undefined = machine,
) {
  const { hosting = 'self-managed', ...others } = more;
  const health = healthOf({ settings: known({ ...defaults, ...settings }), ...others });
  const server = { ...health.server, databaseBytes: 50 * gigabyte, hosting };
  return factsOf({ health: { ...health, server }, machine: size });
}

function sqlOf({ fixes = [] }: CheckResult): string[] {
  return fixes.map((fix) => ('sql' in fix ? String(fix.sql) : fix.kind === 'command' ? fix.command : fix.title));
}

describe('shared_buffers', () => {
  it('needs attention where it is the default for a large database, and a quarter of the memory is proposed', () => {
    const result = sharedBuffers.judge(facts());
    assert.equal(result.state, 'attention');
    assert.equal(result.says, 'shared_buffers is 128MB, 0.7 % of 16 GB for a database of 50 GB; 25 % are usual.');
    assert.deepEqual(sqlOf(result), [`ALTER SYSTEM SET shared_buffers = '4GB'`]);
    const [fix] = result.fixes ?? [];
    assert.ok(fix?.kind === 'setting' && fix.takesEffect === 'after a restart' && fix.from === '128MB');
  });

  it('passes where the whole database fits into it', () => {
    const { health, ...others } = facts();
    assert.ok(health);
    const small = { ...health, server: { ...health.server, databaseBytes: 20_000_000 } };
    assert.equal(sharedBuffers.judge({ ...others, health: small }).state, 'passed');
  });

  it('passes where nearly all blocks are found in it, and says how many are not where they are not', () => {
    const judge = (hits: number, reads: number) =>
      sharedBuffers.judge(
        facts({}, { activity: activityOf({ counters: known(countersOf({ tableBlocks: { hits, reads } })) }) }),
      );
    assert.equal(judge(999_500, 500).state, 'passed');
    assert.match(judge(9_000, 1_000).says, /, and only 90\.4 % of the blocks are found in it; 25 % are usual\.$/);
  });

  it('is told to RDS in blocks of 8 kB, with a reboot', () => {
    const [command] = sqlOf(sharedBuffers.judge(facts({}, { hosting: 'rds' })));
    assert.match(
      command ?? '',
      /"ParameterName":"shared_buffers","ParameterValue":"524288","ApplyMethod":"pending-reboot"/,
    );
    assert.match(command ?? '', /\naws rds reboot-db-instance /);
  });

  it('is Aurora’s and Neon’s own matter', () => {
    for (const hosting of ['aurora', 'neon'] as const) {
      assert.equal(sharedBuffers.judge(facts({}, { hosting })).state, 'not applicable');
    }
  });

  it('is changed on the command line where it is given there: ALTER SYSTEM would do nothing', () => {
    const shared = given('16384', '8kB', { context: 'postmaster', source: 'command line' });
    const result = sharedBuffers.judge(facts({ shared_buffers: shared }));
    assert.deepEqual(sqlOf(result), ['postgres -c shared_buffers=4GB']);
  });

  it('is unknown without the memory, and says which setting tells it', () => {
    const { machine: _, ...others } = facts();
    const missing = { machine: 'The setting planlight.server.memory tells.' };
    const result = sharedBuffers.judge({ ...others, missing });
    assert.deepEqual([result.state, result.missing], ['unknown', [missing.machine]]);
    const cores = sharedBuffers.judge({ ...others, machine: { cores: 2, source: 'the test' } });
    assert.deepEqual(cores.missing, [
      'The setting planlight.server.memory, or --memory on the command line, tells it.',
    ]);
  });
});

describe('what the planner is told of caches and storage', () => {
  it('is more cache, where the database is larger than what it believes', () => {
    const result = effectiveCacheSize.judge(facts());
    assert.equal(result.state, 'attention');
    assert.deepEqual(sqlOf(result), [`ALTER SYSTEM SET effective_cache_size = '12GB'`]);
    assert.equal(effectiveCacheSize.judge(facts({ effective_cache_size: given('1310720', '8kB') })).state, 'passed');
  });

  it('is SSD only where somebody knows', () => {
    const unknown = storageCosts.judge(facts());
    assert.equal(unknown.state, 'unknown');
    assert.match(unknown.missing?.[0] ?? '', /planlight\.server\.storage/);
    const ssd = storageCosts.judge(facts({}, {}, { ...machine, storage: 'ssd' }));
    assert.equal(ssd.state, 'attention');
    assert.deepEqual(sqlOf(ssd), [
      `ALTER SYSTEM SET random_page_cost = '1.1'`,
      `ALTER SYSTEM SET effective_io_concurrency = '200'`,
    ]);
    assert.equal(storageCosts.judge(facts({}, {}, { ...machine, storage: 'disk' })).state, 'passed');
    const cloud = storageCosts.judge(facts({}, { hosting: 'cloud sql' }));
    assert.match(cloud.says, /SSD \(Cloud SQL’s default\)/);
  });
});

describe('work_mem', () => {
  const statements = (temporaryWritten: number, user = 'reports') =>
    known({
      tracksIoTiming: false,
      totalMs: 1_000,
      totalCalls: 10,
      statements: [
        statisticOf({ text: 'SELECT a FROM b ORDER BY c', user, calls: 10, totalMs: 900, temporaryWritten }),
      ],
    });

  it('passes at its default', () => {
    assert.equal(workMem.judge(facts()).state, 'passed');
  });

  it('is lowered where all connections together would take more than there is', () => {
    const result = workMem.judge(facts({ work_mem: given('524288', 'kB'), max_connections: given('200') }));
    assert.equal(result.state, 'attention');
    assert.match(
      result.says,
      /^work_mem is 512MB: if each of 200 connections uses it once, that is 200 GB on a machine of 16 GB/,
    );
    assert.deepEqual(sqlOf(result), [`ALTER SYSTEM SET work_mem = '13MB'`]);
  });

  it('is raised for all where all can have it, else for the transaction and the role that spills', () => {
    // 10 calls wrote 100 MB, and 5 GB.
    const little = workMem.judge(facts({}, { statements: statements((100 * 1024 ** 2) / 8_192) }));
    assert.match(little.says, /1 statement writes temporary files, the largest 10 MB a call\./);
    assert.deepEqual(sqlOf(little), [`ALTER SYSTEM SET work_mem = '20MB'`]);
    const much = workMem.judge(facts({}, { statements: statements((5 * gigabyte) / 8_192, 'Reports') }));
    assert.deepEqual(sqlOf(much), [`SET LOCAL work_mem = '1024MB'`, `ALTER ROLE "Reports" SET work_mem = '1024MB'`]);
  });
});

describe('maintenance_work_mem', () => {
  it('passes at its default, and offers more for large indexes', () => {
    assert.equal(maintenanceWorkMem.judge(facts()).fixes, undefined);
    const indexes = known([indexOf('posts', 'posts_pkey', { bytes: 2 * gigabyte })]);
    const result = maintenanceWorkMem.judge(facts({}, { indexes }));
    assert.equal(result.state, 'passed');
    assert.deepEqual(sqlOf(result), [`ALTER SYSTEM SET maintenance_work_mem = '1GB'`]);
  });

  it('counts each autovacuum worker', () => {
    const result = maintenanceWorkMem.judge(facts({ maintenance_work_mem: given('2097152', 'kB') }));
    assert.equal(result.state, 'attention');
    assert.match(result.says, /3 autovacuum workers may take 6 GB of 16 GB together/);
  });
});

describe('checkpoints', () => {
  const since = '2026-01-01T11:00:00Z';
  const judge = (timed: number, requested: number, walBytes: number, hosting?: ServerIdentity['hosting']) =>
    checkpoints.judge(
      facts(
        {},
        {
          ...(hosting && { hosting }),
          activity: activityOf({
            counters: known(
              countersOf({
                checkpoints: { since, timed, requested, writeMs: 1, syncMs: 1, buffersWritten: 1 },
                wal: { since, records: 1, bytes: walBytes, buffersFull: 0 },
              }),
            ),
          }),
        },
      ),
    );

  it('that come because the WAL is full need more room: as much as one checkpoint_timeout writes', () => {
    // 60 checkpoints in an hour, 40 GB of WAL.
    const result = judge(0, 60, 40 * gigabyte);
    assert.equal(result.state, 'attention');
    assert.match(
      result.says,
      /^60 of 60 checkpoints were requested, one every 60 s: the WAL reaches max_wal_size \(1GB\)/,
    );
    assert.deepEqual(sqlOf(result), [
      `ALTER SYSTEM SET max_wal_size = '7GB'`,
      `ALTER SYSTEM SET wal_compression = 'on'`,
    ]);
  });

  it('that somebody asked for, with little WAL, are none of its business', () => {
    assert.equal(judge(0, 60, 1_000_000).state, 'passed');
    assert.equal(judge(12, 0, 1_000_000).state, 'passed');
  });

  it('do not exist on Aurora', () => {
    assert.equal(judge(0, 60, 40 * gigabyte, 'aurora').state, 'not applicable');
  });

  it('are of no use without fsync', () => {
    const activity = activityOf({ counters: known(countersOf()) });
    const result = checkpoints.judge(facts({ fsync: given('off') }, { activity }));
    assert.match(result.says, /^fsync is off: a crash/);
    assert.deepEqual(sqlOf(result), [`ALTER SYSTEM SET fsync = 'on'`]);
  });
});

describe('autovacuum for large tables', () => {
  it('comes earlier where a share of the table is a lot of rows', () => {
    const large = tableOf('Events', { rows: 50_000_000, deadRows: 3_000_000 });
    const result = autovacuumPace.judge(facts({}, { tables: known([large]) }));
    assert.equal(
      result.says,
      '"Events" has 3,000,000 dead rows, and autovacuum comes at 10,000,050: a share of a large table is a lot.',
    );
    assert.deepEqual(sqlOf(result), [`ALTER TABLE public."Events" SET (autovacuum_vacuum_scale_factor = 0.01)`]);
    const small = tableOf('posts', { rows: 50_000, deadRows: 3_000 });
    assert.equal(autovacuumPace.judge(facts({}, { tables: known([small]) })).state, 'passed');
  });

  it('works faster where all workers are busy and a table waits', () => {
    const waiting = tableOf('posts', { rows: 100_000, deadRows: 90_000 });
    const task = { kind: 'vacuum', phase: 'scanning heap' } as const;
    const activity = activityOf({ progress: known([1, 2, 3].map((pid) => ({ ...task, pid }))) });
    const result = autovacuumPace.judge(
      facts({ autovacuum_vacuum_cost_limit: given('-1') }, { tables: known([waiting]), activity }),
    );
    assert.equal(result.state, 'attention');
    assert.deepEqual(sqlOf(result), [`ALTER SYSTEM SET autovacuum_vacuum_cost_limit = '1000'`]);
  });
});

describe('parallel workers, huge pages, JIT', () => {
  it('take more processes than cores for one query: attention', () => {
    const result = parallelWorkers.judge(facts({ max_parallel_workers_per_gather: given('16') }));
    assert.equal(result.state, 'attention');
    assert.ok(sqlOf(result).includes(`ALTER SYSTEM SET max_parallel_workers_per_gather = '4'`));
    assert.equal(parallelWorkers.judge(facts()).state, 'passed');
  });

  it('are asked of large shared memory only, with the number of pages', () => {
    assert.equal(hugePages.judge(facts()).state, 'not applicable');
    const result = hugePages.judge(
      facts({
        shared_buffers: given('2097152', '8kB'),
        huge_pages_status: given('off'),
        shared_memory_size_in_huge_pages: given('8452'),
      }),
    );
    assert.equal(result.state, 'attention');
    assert.deepEqual(sqlOf(result), ['sudo sysctl -w vm.nr_hugepages=8452']);
  });

  it('compile less where compiling is what a statement does', () => {
    const judge = (jitMs: number | undefined) => {
      const statement = statisticOf({ text: 'SELECT 1 FROM a', totalMs: 900, calls: 9, ...(jitMs && { jitMs }) });
      const statements = known({ tracksIoTiming: false, totalMs: 1_000, totalCalls: 900, statements: [statement] });
      return jit.judge(facts({}, { statements }));
    };
    assert.equal(judge(800).says, 'Compiling takes 89 % of the time of SELECT 1 FROM a.');
    assert.deepEqual(sqlOf(judge(800)), [`ALTER SYSTEM SET jit_above_cost = '1000000'`]);
    assert.equal(judge(10).state, 'passed');
    assert.equal(judge(undefined).state, 'unknown');
  });
});
