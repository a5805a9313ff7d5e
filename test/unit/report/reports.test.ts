import assert from 'node:assert/strict';
import type { Judgement } from '../../../src/analysis/judgement';
import { Positions } from '../../../src/code/positions';
import type { Finding } from '../../../src/nouns/finding';
import { Problem } from '../../../src/nouns/problem';
import { buildCheckReport, reachesLevel } from '../../../src/report/check-report';
import { explainReport } from '../../../src/report/explain-report';
import { githubReport } from '../../../src/report/github-report';
import { jsonReport } from '../../../src/report/json-report';
import { ruleCatalog } from '../../../src/report/rule-catalog';
import { sarifReport } from '../../../src/report/sarif-report';
import { textReport } from '../../../src/report/text-report';
import { planFixture } from '../../support/plan-fixtures';
import { indexFix, siteOf } from '../../support/rule-contexts';

const text = 'const a = 1;\r\nrun("😀", `SELECT *\n  FROM posts WHERE author_id = $1`);\r\n';
const sql = 'SELECT *\n  FROM posts WHERE author_id = $1';
const start = text.indexOf(sql);
const condition = text.indexOf('author_id');
const fix = indexFix({}, planFixture('seq-scan-estimate'), planFixture('index-scan-fast'));

const finding: Finding = {
  rule: 'missing-index',
  severity: 'warning',
  confidence: 'proved',
  message: 'Reads all 200,000 rows: 100 % too many, at least.',
  range: { start: condition, end: condition + 'author_id = $1'.length },
  evidence: { costBefore: 8383.22 },
  fixes: [fix],
};

function judgement(more: Partial<Judgement> = {}): Judgement {
  const parsed = { ok: false as const, problem: { message: '', range: { start: 0, end: 0 } } };
  const sourceMap = {
    toDocument: (offset: number) => offset + start,
    rangeToDocument: (range: { start: number; end: number }) => ({
      start: range.start + start,
      end: range.end + start,
    }),
  };
  const site = siteOf(sql, { sourceMap, range: { start, end: start + sql.length }, library: 'pg' });
  return { query: { site, parsed, findings: [] }, findings: [finding], ...more };
}
const report = (...judgements: Judgement[]) =>
  buildCheckReport([{ document: { uri: 'src/my posts.ts', text }, judgements }]);

describe('check report', () => {
  it('has exactly the documented members, with 1-based positions in UTF-16 columns', () => {
    const place = { line: 2, column: 12, endLine: 3, endColumn: 34 };
    assert.equal(text.split('\r\n')[1]?.indexOf('SELECT'), place.column - 1);
    assert.deepEqual(JSON.parse(jsonReport(report(judgement()))), {
      files: 1,
      queries: [
        {
          file: 'src/my posts.ts',
          ...place,
          library: 'pg',
          sql,
          parameters: [{ index: 1, source: '$1', kind: 'value' }],
          loop: false,
        },
      ],
      findings: [
        {
          rule: 'missing-index',
          severity: 'warning',
          confidence: 'proved',
          file: 'src/my posts.ts',
          line: 3,
          column: 20,
          endLine: 3,
          endColumn: 34,
          message: finding.message,
          evidence: { costBefore: 8383.22 },
          fixes: [
            {
              title: 'Create index on posts',
              kind: 'index',
              table: 'posts',
              sql: fix.sql,
              concurrently: fix.concurrently,
              proof: { by: 'what-if', costBefore: 8383.22, costAfter: 44.23, sizeBytes: 6_340_000, assumed: false },
            },
          ],
        },
      ],
    });
  });

  it('carries edits with their positions', () => {
    const edit = {
      kind: 'edit' as const,
      title: 'Rewrite',
      edits: [{ range: { start, end: start + 6 }, newText: 'TABLE' }],
    };
    const [found] = report(judgement({ findings: [{ ...finding, fixes: [edit] }] })).findings;
    assert.deepEqual(found?.fixes, [
      { title: 'Rewrite', kind: 'edit', edits: [{ line: 2, column: 12, endLine: 2, endColumn: 18, newText: 'TABLE' }] },
    ]);
  });

  it('tells why there is no plan where the query stands', () => {
    const problem = new Problem('missing-object', 'relation "posts" does not exist.', {
      range: { start: 16, end: 21 },
    });
    const [found] = report(judgement({ findings: [], problem })).findings;
    assert.deepEqual([found?.rule, found?.severity, found?.line, found?.column], ['no-plan', 'info', 3, 8]);
    assert.equal(found?.message, 'No plan: relation "posts" does not exist.');
  });

  it('tells a problem of the connection once', () => {
    const problem = new Problem('unreachable', 'db:5432 does not answer.');
    const broken = judgement({ findings: [], problem });
    assert.equal(report(broken, broken, broken).findings.length, 1);
  });

  it('sorts the findings of a file by their place', () => {
    const first = { ...finding, rule: 'first', range: { start, end: start + 1 } };
    assert.deepEqual(
      report(judgement(), judgement({ findings: [first] })).findings.map(({ rule }) => rule),
      ['first', 'missing-index'],
    );
  });

  it('reaches a level', () => {
    const at = (severity: Finding['severity']) => report(judgement({ findings: [{ ...finding, severity }] }));
    const reached = (severity: Finding['severity']) =>
      (['error', 'warning', 'never'] as const).map((level) => reachesLevel(at(severity), level));
    assert.deepEqual(reached('error'), [true, true, false]);
    assert.deepEqual(reached('warning'), [false, true, false]);
    assert.deepEqual(reached('info'), [false, false, false]);
  });
});

describe('Positions', () => {
  it('counts lines that end with LF, CRLF and CR', () => {
    const at = (offset: number) => new Positions('a\nb\r\nc\rd').of({ start: offset, end: offset + 1 });
    assert.deepEqual(
      [0, 2, 5, 7].map((offset) => at(offset).line),
      [1, 2, 3, 4],
    );
    assert.equal(at(7).column, 1);
  });
});

describe('text report', () => {
  it('names place, numbers and fix, and sums up', () => {
    assert.equal(
      textReport(report(judgement()), { target: 'blog@localhost:5432', asked: 1, planned: 1 }),
      `src/my posts.ts:3:20  warning  missing-index (proved)
  Reads all 200,000 rows: 100 % too many, at least.
  Fix, proved by the planner in memory: cost 8,383 → 44.2, about 6 MB
    CREATE INDEX CONCURRENTLY posts_author_id_created_at_idx ON posts (author_id, created_at DESC);

1 finding in 1 query of 1 file, planned by blog@localhost:5432.`,
    );
  });

  it('claims no plan that was not made', () => {
    const last = (asked: number, planned: number) =>
      textReport(buildCheckReport([]), { target: 'blog@localhost:5432', asked, planned });
    assert.equal(last(3, 0), 'No findings in 0 queries of 0 files, none planned by blog@localhost:5432.');
    assert.equal(last(3, 2), 'No findings in 0 queries of 0 files, 2 of 3 planned by blog@localhost:5432.');
    assert.equal(last(0, 0), 'No findings in 0 queries of 0 files.');
  });

  it('says so when there is nothing', () => {
    assert.equal(textReport(buildCheckReport([])), 'No findings in 0 queries of 0 files.');
  });
});

describe('github report', () => {
  it('is one workflow command for each finding, with everything escaped', () => {
    assert.equal(
      githubReport(report(judgement({ findings: [{ ...finding, message: 'a, b: 5 %\nc', fixes: [] }] }))),
      '::warning file=src/my posts.ts,line=3,endLine=3,col=20,endColumn=34,title=Planlight%3A missing-index::a, b: 5 %25%0Ac',
    );
  });

  it('leaves columns out where a place has several lines, which GitHub would refuse', () => {
    const wide = { ...finding, severity: 'info' as const, range: { start, end: start + sql.length }, fixes: [] };
    assert.match(
      githubReport(report(judgement({ findings: [wide] }))),
      /^::notice file=src\/my posts\.ts,line=2,endLine=3,title=/,
    );
  });
});

describe('sarif report', () => {
  const log = () => JSON.parse(sarifReport(report(judgement())));

  it('is SARIF 2.1.0 with every rule and its help', () => {
    const { version, runs } = log();
    assert.equal(version, '2.1.0');
    assert.equal(runs[0].columnKind, 'utf16CodeUnits');
    const { rules } = runs[0].tool.driver;
    assert.equal(rules.length, ruleCatalog.length);
    assert.ok(rules.every(({ helpUri }: { helpUri: string }) => new URL(helpUri).protocol === 'https:'));
  });

  it('points at the place, the rule and the statement that helps', () => {
    const [result] = log().runs[0].results;
    assert.equal(result.level, 'warning');
    assert.equal(log().runs[0].tool.driver.rules[result.ruleIndex].id, 'missing-index');
    assert.deepEqual(result.locations[0].physicalLocation, {
      artifactLocation: { uri: 'src/my%20posts.ts' },
      region: { startLine: 3, startColumn: 20, endLine: 3, endColumn: 34 },
    });
    assert.ok(result.message.text.endsWith(fix.concurrently));
  });
});

describe('explain report', () => {
  const explained = {
    plan: planFixture('seq-scan-estimate'),
    values: ['17'],
    valuesSaid: ['author_id = 17 (most common value)'],
    notices: ['Statistics are old.'],
  };
  const full = judgement({ explained, target: 'blog@localhost:5432' });

  it('prints verdict, plan, values, findings and fixes', () => {
    assert.equal(
      explainReport({ uri: 'argument', text }, full, 'text'),
      `estimated cost 8,383 · Seq Scan on posts

Limit                  10 rows  cost 8,383
  Sort                 11 rows  cost 8,383
    Seq Scan on posts  11 rows  cost 8,383  ← 100 % of the cost

Planned with author_id = 17 (most common value).

Planned by blog@localhost:5432.
Note: Statistics are old.

warning: Reads all 200,000 rows: 100 % too many, at least.
  Fix, proved by the planner in memory: cost 8,383 → 44.2, about 6 MB
    CREATE INDEX CONCURRENTLY posts_author_id_created_at_idx ON posts (author_id, created_at DESC);`,
    );
  });

  it('gives the same as JSON, with the plan as the server sent it', () => {
    const json = JSON.parse(explainReport({ uri: 'argument', text }, full, 'json'));
    assert.deepEqual(Object.keys(json), [
      'sql',
      'parameters',
      'target',
      'verdict',
      'values',
      'notices',
      'plan',
      'findings',
    ]);
    assert.equal(json.plan[0].Plan['Node Type'], 'Limit');
    assert.equal(json.findings[0].fixes[0].kind, 'index');
  });

  it('says why there is no plan', () => {
    const failed = judgement({ problem: new Problem('timeout', 'No answer in 5 s.') });
    assert.equal(explainReport({ uri: 'argument', text }, failed, 'text'), 'No plan: No answer in 5 s.');
  });
});
