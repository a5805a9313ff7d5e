import assert from 'node:assert/strict';
import { type AppliedFix, historyLine, improvements, readHistory } from '../../../src/analysis/guide/history';
import { measuresOf } from '../../../src/analysis/guide/measures';
import type { TableHealth } from '../../../src/database/health/health';
import type { GuideFix } from '../../../src/nouns/check';
import { healthOf, known } from '../../support/guide-facts';

const applied: AppliedFix = {
  id: 'one',
  at: '2026-01-01T12:00:00Z',
  database: 'blog@localhost:5432',
  check: 'maintenance/dead-rows',
  fix: { kind: 'maintenance', title: 'VACUUM posts' },
  before: {
    at: '2026-01-01T11:59:00Z',
    state: 'failed',
    says: '40 % of posts are dead rows.',
    measures: [
      { label: 'Dead rows of posts', value: '40 % (80,000)', raw: 80_000 },
      { label: 'max_connections', value: '100' },
    ],
  },
};
const verified: AppliedFix = {
  ...applied,
  after: {
    at: '2026-01-01T12:01:00Z',
    state: 'passed',
    says: 'No table has many dead rows.',
    measures: [
      { label: 'Dead rows of posts', value: '0 % (0)', raw: 0 },
      { label: 'max_connections', value: '100' },
    ],
  },
};

describe('The history of applied fixes', () => {
  it('says in numbers what a fix changed, and nothing of what it did not', () => {
    assert.deepEqual(improvements(verified), ['Dead rows of posts: 40 % (80,000) → 0 % (0)', 'check: failed → passed']);
  });

  it('claims nothing before the check was asked again', () => {
    assert.deepEqual(improvements(applied), []);
  });

  it('reads what it wrote; what was measured later completes the line before', () => {
    const text =
      historyLine(applied) +
      historyLine({ ...verified, id: 'two', at: '2026-01-02T12:00:00Z' }) +
      historyLine(verified);
    const { applied: found, broken } = readHistory(text);
    assert.deepEqual(
      found.map(({ id, after }) => [id, after?.state]),
      [
        ['two', 'passed'],
        ['one', 'passed'],
      ],
    );
    assert.equal(broken, 0);
  });

  it('passes over broken and foreign lines, and counts them', () => {
    const half = historyLine(applied).slice(0, 40);
    const conflict = '<<<<<<< HEAD';
    const foreign = '{"id":"x"}\n[1]\nnull\n{"id":"y","at":1}';
    const { applied: found, broken } = readHistory(`${half}\n${conflict}\n\n${historyLine(applied)}${foreign}\r\n`);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['one'],
    );
    assert.equal(broken, 6);
  });
});

describe('What is measured before and after a fix', () => {
  const vacuum: GuideFix = {
    kind: 'maintenance',
    title: 'VACUUM posts',
    task: { kind: 'vacuum analyze', schema: 'public', table: 'posts' },
  };
  const of = (more: Partial<TableHealth>) => {
    const table = { schema: 'public', name: 'posts', rows: 10, modifiedSinceAnalyze: 0, ...more } as TableHealth;
    return measuresOf({ state: 'failed', says: '' }, vacuum, healthOf({ tables: known([table]) }));
  };

  it('is the share of dead rows of the table that is vacuumed', () => {
    assert.equal(of({ deadRows: 80, liveRows: 120 })[0]?.value, '40 % (80)');
  });

  it('is no division by zero for an empty table, and no size where none is known', () => {
    assert.equal(of({ deadRows: 0, liveRows: 0 })[0]?.value, '0 % (0)');
    assert.equal(of({ deadRows: 0, liveRows: 0, rows: -1 })[2]?.value, 'none');
  });

  it('is the setting that is changed, as people read it', () => {
    const setting = {
      kind: 'setting',
      title: 'Raise it',
      name: 'shared_buffers',
      from: '128MB',
      to: '4GB',
      sql: `ALTER SYSTEM SET shared_buffers = '4GB'`,
      takesEffect: 'after a restart',
    } as const;
    const value = {
      setting: '16384',
      unit: '8kB',
      amount: 134217728,
      context: 'postmaster',
      source: 'default',
    } as const;
    const settings = known({ shared_buffers: { ...value, pendingRestart: false } });
    const [measured] = measuresOf({ state: 'attention', says: '' }, setting, healthOf({ settings }));
    assert.deepEqual(measured, { label: 'shared_buffers', value: '128 MB', raw: 134217728 });
  });
});
