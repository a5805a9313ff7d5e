import assert from 'node:assert/strict';
import type { HealthReport } from '../../../src/analysis/health-report/health-report';
import { healthHtml } from '../../../src/analysis/health-report/html';

const hostile = `</style><script>alert("1")</script><img src=x onerror='alert(2)'>`;

const check = {
  id: 'maintenance/dead',
  title: hostile,
  state: 'failed',
  says: hostile,
  missing: [hostile],
  evidence: [
    { kind: 'fact', label: hostile, value: hostile, source: hostile },
    { kind: 'table', title: hostile, columns: [{ title: hostile }], rows: [[hostile]] },
  ],
  places: [{ file: hostile, line: 3, message: hostile }],
  fixes: [
    { kind: 'statement', title: hostile, sql: hostile },
    { kind: 'command', title: hostile, command: hostile, placeholders: [hostile], note: hostile },
    { kind: 'file', title: hostile, files: [{ path: hostile, content: hostile }], placeholders: [] },
  ],
} as const;

const report: HealthReport = {
  at: '2026-01-01T12:34:56.000Z',
  database: hostile,
  missing: [hostile],
  points: [{ id: 'maintenance', title: 'Maintenance', state: 'failed', checks: [check as never] }],
  panels: [
    {
      id: 'blocked',
      title: hostile,
      notes: [hostile],
      tree: [{ pid: 1, who: hostile, says: hostile, query: hostile, waiters: [] }],
    },
  ],
  live: {
    charts: [
      { id: 'x', title: hostile, unit: 'count', about: hostile, series: [{ key: 'a', title: hostile }] },
      { id: 'y', title: 'Lag', unit: 'seconds', about: '', series: [{ key: 'b', title: 'b' }], missing: 'No replica.' },
    ],
    samples: [
      { at: 1_000, values: { a: 1 } },
      { at: 6_000, values: { a: 2 } },
    ],
    events: [{ at: 2_000, says: hostile }],
  },
};

describe('the report as HTML', () => {
  const html = healthHtml(report);

  it('shows names as they are and runs nothing of them', () => {
    assert.doesNotMatch(html, /<script|<img/);
    assert.equal(html.match(/<\/style>/g)?.length, 1);
    assert.match(html, /&lt;script&gt;alert\(&quot;1&quot;\)/);
  });

  it('needs nothing from elsewhere', () => {
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(html.replaceAll(/&lt;.*?&gt;/g, ''), /https?:|url\(|@import|<link/);
  });

  it('says each state in words, the time, and what to do', () => {
    assert.match(html, /✗ failed/);
    assert.match(html, /2026-01-01 12:34 UTC/);
    assert.match(html, /To do:/);
  });

  it('draws what the dashboard saw, and says why a chart is empty', () => {
    assert.match(html, /<path class="line s0" d="M[\d.,]+L[\d.,]+"/);
    assert.match(html, /No replica\./);
    assert.match(html, /2 samples from 00:00:01 to 00:00:06 UTC/);
  });

  it('says when no database was asked, and when the checklist was not', () => {
    const { database: _, live: __, ...rest } = report;
    const bare = healthHtml({
      ...rest,
      missing: [],
      points: [{ ...report.points[0], checks: [] } as never],
      panels: [],
    });
    assert.match(bare, /No database was asked\./);
    assert.match(bare, /The checklist was not asked yet\./);
  });
});
