import assert from 'node:assert/strict';
import { Monitor, type MonitorOptions } from '../../../src/analysis/live/monitor';
import type { Activity, Health } from '../../../src/database/health/health';
import { Problem } from '../../../src/nouns/problem';
import { eventually } from '../../support/eventually';
import { activityOf, healthOf } from '../../support/guide-facts';

type Asked = MonitorOptions['server'];

/** A server that says what a real one cannot be made to say. */
async function watched(
  says: { readonly activity?: () => Promise<Activity>; readonly health?: () => Promise<Health> },
  work: (monitor: Monitor, seen: { readonly defects: unknown[]; readonly tests: () => number }) => Promise<void>,
): Promise<void> {
  const defects: unknown[] = [];
  let tests = 0;
  const server: Asked = {
    label: 'blog@db:5432',
    activity: says.activity ?? (async () => activityOf()),
    health: says.health ?? (async () => healthOf()),
    test: async () => {
      tests++;
      return {} as Awaited<ReturnType<Asked['test']>>;
    },
  };
  const onDefect = (error: unknown) => defects.push(error);
  const monitor = new Monitor({ server, intervalMs: () => 5, onChange: () => undefined, onDefect });
  monitor.resume();
  try {
    await work(monitor, { defects, tests: () => tests });
  } finally {
    monitor.pause();
  }
}

describe('a monitor', () => {
  it('tells a clock that goes wrong', async () => {
    const { server } = healthOf();
    const health = async () => healthOf({ server: { ...server, clockAheadSeconds: -90.4 } });
    await watched({ health }, async (monitor) => {
      const line = await eventually('the server', () => monitor.view.server);
      assert.equal(line, "PostgreSQL 18.0, started 31 days ago, its clock is 90 s behind this machine's");
    });
  });

  it('tries no password again before somebody says so', async () => {
    let isWrong = true;
    const activity = async () => {
      if (isWrong)
        throw new Problem('authentication', 'The password is wrong.', { hint: 'Choose the database again.' });
      return activityOf();
    };
    await watched({ activity }, async (monitor, { tests }) => {
      const lost = await eventually('the loss', () => monitor.view.status.kind === 'lost' && monitor.view.status);
      assert.equal(lost.says, 'The password is wrong. Choose the database again.');
      assert.equal(lost.nextTryAt, undefined);
      assert.equal(tests(), 0);
      isWrong = false;
      monitor.retry();
      await eventually('an answer', () => monitor.view.status.kind === 'live');
      assert.equal(tests(), 1);
    });
  });

  it('has samples also where tables cannot be read, and says why those are missing', async () => {
    const health = async () => Promise.reject(new Problem('timeout', 'Still running after 15 s.'));
    await watched({ health }, async (monitor) => {
      await eventually('samples', () => monitor.view.samples.length > 3);
      assert.equal(monitor.view.status.kind, 'live');
      const { notes } = monitor.view.panels.find(({ id }) => id === 'sizes') ?? {};
      assert.deepEqual(notes, ['Still running after 15 s.']);
    });
  });

  it('goes on after a defect of its own, and tells it', async () => {
    let first = true;
    const activity = async () => {
      if (!first) return activityOf();
      first = false;
      throw new TypeError('x is undefined');
    };
    await watched({ activity }, async (monitor, { defects }) => {
      await eventually('the defect', () => monitor.view.status.kind === 'lost');
      assert.match(monitor.view.events[0]?.says ?? '', /^A defect of Planlight/);
      monitor.retry();
      await eventually('an answer', () => monitor.view.status.kind === 'live');
      assert.equal(defects.length, 1);
    });
  });

  it('draws nothing that it was not told', async () => {
    await watched({}, async (monitor) => {
      await eventually('samples', () => monitor.view.samples.length > 1);
      assert.equal(monitor.view.samples.at(-1)?.values.commits, undefined);
      assert.equal(monitor.view.charts.find(({ id }) => id === 'transactions')?.missing, 'Not asked.');
    });
  });
});
