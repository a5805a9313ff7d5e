import assert from 'node:assert/strict';
import { type CheckPageContent, checkHtml } from '../../../src/editor/guide/check-html';
import { shellLine } from '../../../src/editor/guide/shell-line';
import type { Check } from '../../../src/guide/check';
import type { CheckResult } from '../../../src/nouns/check';

const check: Check = {
  id: 'connection-pool/size',
  point: 'connection-pool',
  title: 'Pools fit the server',
  needs: [],
  judge: () => ({ state: 'passed', says: '' }),
};

const again = { command: 'planlight.runChecks', argument: { check: check.id } };

function pageOf(result: CheckResult, more: Partial<CheckPageContent> = {}): string {
  const judged = { check, result, judgedAt: '2026-01-01T12:00:00Z', placed: [], again };
  return checkHtml({ title: 'Connection pool', now: '2026-01-01T12:03:10Z', checks: [judged], ...more });
}

describe('The page of a check', () => {
  it('says its state in words, what it found, and how old that is', () => {
    const html = pageOf({ state: 'attention', says: '40 connections are too many.' });
    assert.match(html, /needs attention<\/span> Pools fit the server/);
    assert.match(html, /40 connections are too many\./);
    assert.match(html, /Checked 3 min ago/);
  });

  it('shows evidence as a table that can be read aloud, and the rest as a number', () => {
    const html = pageOf({
      state: 'failed',
      says: '',
      evidence: [
        { kind: 'fact', label: 'Hit ratio', value: '91 %', source: 'https://www.postgresql.org/docs/, the manual' },
        {
          kind: 'table',
          title: 'Pools',
          columns: [{ title: 'Pool' }, { title: 'Most', isNumber: true }],
          rows: [['a', '20']],
          more: 1_200,
        },
      ],
    });
    assert.match(
      html,
      /<caption>Pools<\/caption><thead><tr><th scope="col">Pool<\/th><th scope="col" class="number">Most/,
    );
    assert.match(html, /and 1,200 more/);
    assert.match(html, /href="https:\/\/www\.postgresql\.org\/docs\/">/);
  });

  it('keeps what comes from a server or a file from being markup', () => {
    const hostile = `<img src=x onerror="alert(1)">'&`;
    const html = pageOf(
      {
        state: 'failed',
        says: hostile,
        missing: [hostile],
        evidence: [
          { kind: 'fact', label: hostile, value: hostile, source: `https://x.example/"onmouseover=${hostile}` },
          { kind: 'table', title: hostile, columns: [{ title: hostile }], rows: [[hostile]] },
        ],
        fixes: [{ kind: 'command', title: hostile, command: hostile, placeholders: [hostile], note: hostile }],
      },
      { title: hostile, database: hostile },
    );
    assert.doesNotMatch(html, /<img|"on|alert\(1\)">/);
  });

  it('has a button for each fix, which names the check and the fix', () => {
    const fix = { kind: 'statement', title: 'Count statements', sql: 'CREATE EXTENSION pg_stat_statements' } as const;
    const html = pageOf({ state: 'failed', says: '', fixes: [fix] });
    const [, argument = ''] = /command:planlight\.applyGuideFix\?([^"]+)"/.exec(html) ?? [];
    assert.deepEqual(JSON.parse(decodeURIComponent(argument.replaceAll('&#39;', "'"))), [
      { check: 'connection-pool/size', title: 'Count statements', at: 0 },
    ]);
    assert.match(html, /<pre>CREATE EXTENSION pg_stat_statements;<\/pre>/);
  });
});

describe('A command for a terminal', () => {
  it('becomes one line where its lines go on', () => {
    assert.equal(shellLine('aws rds modify \\\n  --size db.r5 \\\n  --now\n'), 'aws rds modify --size db.r5 --now');
  });

  it('is kept out of the terminal where a line would run by itself, or a character is a key', () => {
    assert.equal(shellLine('cd /tmp\nrm x'), undefined);
    assert.equal(shellLine('echo \u001b[A\u0003'), undefined);
    assert.equal(shellLine('echo a\rb'), undefined);
  });
});
