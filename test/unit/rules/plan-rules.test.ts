import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Finding } from '../../../src/nouns/finding';
import { ExpressionReader } from '../../../src/plan/expressions';
import { parsePlan } from '../../../src/plan/parse-plan';
import { planRules } from '../../../src/rules/plan-rules';
import type { PlanContext } from '../../../src/rules/rule';
import { SqlParser } from '../../../src/sql/parser';
import { planFixture } from '../../support/plan-fixtures';
import { contextOf, indexFix, siteOf, snapshotOf, statementOf, tableOf } from '../../support/rule-contexts';

const column = (name: string, type: string, notNull = true) => ({ name, type, notNull });
const users = tableOf('users', 20_000, [column('id', 'integer'), column('email', 'text')], ['id', 'email']);
const posts = tableOf(
  'posts',
  200_000,
  [column('id', 'integer'), column('status', 'character varying(20)')],
  ['id', 'status'],
);

describe('plan rules', () => {
  let parser: SqlParser;
  let expressions: ExpressionReader;
  before(async () => {
    parser = await SqlParser.load();
    expressions = await ExpressionReader.load();
  });

  const judge = (name: string, more: Partial<PlanContext> = {}) => {
    const context = contextOf(parser, name, { expressions, snapshot: snapshotOf(users, posts), ...more });
    const findings = planRules.flatMap((rule) => rule.check(context));
    const place = (finding: Finding) => context.site.sql.slice(finding.range.start, finding.range.end);
    return { findings, place };
  };
  const only = (name: string, more?: Partial<PlanContext>) => {
    const { findings, place } = judge(name, more);
    assert.equal(findings.length, 1, JSON.stringify(findings.map(({ rule }) => rule)));
    const [finding] = findings as [Finding];
    return { ...finding, place: place(finding) };
  };
  const fixSql = (finding: Finding) => finding.fixes.map((fix) => (fix.kind === 'edit' ? fix.title : fix.sql));

  describe('missing-index', () => {
    const proof = () =>
      indexFix({ schema: 'plan_fixtures' }, planFixture('seq-scan-high-filter'), planFixture('index-scan-fast'));

    it('says what is read, what is returned and how much cheaper the proved index makes it, on the condition', () => {
      const finding = only('seq-scan-high-filter', { indexes: [proof()] });
      assert.equal(
        finding.message,
        'Reads all 200,000 rows of posts to return 4; an index on (author_id, created_at DESC) makes it 190 times cheaper (cost 8,383 → 44.2).',
      );
      assert.equal(finding.rule, 'missing-index');
      assert.equal(finding.confidence, 'proved');
      assert.equal(finding.severity, 'warning');
      assert.equal(finding.place, 'author_id = 17000');
      assert.equal(finding.nodeId, 2);
      assert.deepEqual(
        [
          finding.evidence.costBefore,
          finding.evidence.costAfter,
          finding.evidence.indexSizeBytes,
          finding.evidence.provedBy,
        ],
        [8383.22, 44.23, 6_340_000, 'what-if'],
      );
      assert.deepEqual(finding.evidence.nodesBefore, ['Limit', 'Sort', 'Seq Scan on posts']);
    });

    it('takes the table size from the catalog where nothing was run', () => {
      const finding = only('seq-scan-estimate', { indexes: [proof()] });
      assert.match(finding.message, /^Reads all 200,000 rows of posts to return 10; /);
    });

    it('says how many rows an aggregate is made of, not that it returns one', () => {
      const counted = (strategy: string, input: Record<string, unknown>) => {
        const scan = { 'Node Type': 'Seq Scan', 'Relation Name': 'posts', 'Total Cost': 8383, 'Plan Rows': 1234 };
        const root = { 'Node Type': 'Aggregate', Strategy: strategy, 'Total Cost': 8390, 'Plan Rows': 1 };
        const plan = parsePlan([{ Plan: { ...root, Plans: [{ ...scan, ...input }] } }], 'estimate');
        return only('seq-scan-estimate', { indexes: [proof()], explained: { plan, notices: [] } }).message;
      };
      assert.match(counted('Plain', {}), /^Reads all 200,000 rows of posts to aggregate about 1,234; /);
      assert.match(counted('Sorted', {}), /^Reads all 200,000 rows of posts to return about 1; /);
    });

    it('stands on ORDER BY where the index serves only the order', () => {
      const order = indexFix(
        { columns: [{ name: 'created_at' }] },
        planFixture('seq-scan-estimate'),
        planFixture('index-scan-fast'),
      );
      assert.equal(only('seq-scan-estimate', { indexes: [order] }).place, 'created_at DESC');
    });

    it('says that table sizes are assumed', () => {
      const fix = proof();
      const assumed = { ...fix, proof: { ...fix.proof, assumed: true } };
      assert.match(only('seq-scan-estimate', { indexes: [assumed] }).message, /\. Table sizes are assumed\.$/);
    });

    it('is one finding for indexes that were proved together', () => {
      const other = { ...proof(), index: { ...proof().index, table: 'users', columns: [{ name: 'id' }] } };
      const first = proof();
      const both = [first, { ...other, proof: first.proof }];
      const finding = only('seq-scan-estimate', { indexes: both });
      assert.match(
        finding.message,
        /; indexes on posts \(author_id, created_at DESC\) and users \(id\) together make it 190 times/,
      );
      assert.deepEqual(finding.fixes, both);
    });

    it('is a finding of its own for each further step, weighed against the whole statement', () => {
      const first = proof();
      const cheap = planFixture('index-scan-fast');
      const second = {
        ...proof(),
        proof: { ...first.proof, before: cheap, after: cheap, costBefore: 44.23, costAfter: 20 },
      };
      const { findings } = judge('seq-scan-estimate', { indexes: [first, second] });
      assert.deepEqual(
        findings.map(({ severity, fixes }) => [severity, fixes]),
        [
          ['warning', [first]],
          ['info', [second]],
        ],
      );
      assert.match(
        findings[1]?.message ?? '',
        /; with the index on posts \(author_id, created_at DESC\), a further one on posts \(.*\) makes it 2\.2 times cheaper/,
      );
    });

    it('says nothing of a statement that is cheap and quick anyway', () => {
      assert.deepEqual(judge('primary-key', { indexes: [proof()] }).findings, []);
    });

    it('says nothing of an index that makes nothing cheaper', () => {
      const fix = indexFix({}, planFixture('index-scan-fast'), planFixture('seq-scan-estimate'));
      assert.deepEqual(judge('seq-scan-estimate', { indexes: [fix] }).findings, []);
    });
  });

  describe('leading-wildcard', () => {
    it('proposes the proved trigram index and what it needs', () => {
      const fix = indexFix(
        { name: 'posts_title_trgm_idx', method: 'gin', columns: [{ name: 'title', operatorClass: 'gin_trgm_ops' }] },
        planFixture('leading-wildcard'),
        planFixture('index-scan-fast'),
        { needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm' },
      );
      const finding = only('leading-wildcard', { indexes: [fix] });
      assert.match(
        finding.message,
        /^Reads all 200,000 rows of posts to return 1, because the pattern starts with a wildcard; a trigram index on title \(6 MB\) makes it \d+ times cheaper/,
      );
      assert.equal(finding.confidence, 'proved');
      assert.equal(finding.place, "title LIKE '%c4ca4238%'");
      assert.equal(finding.evidence.needs, 'CREATE EXTENSION IF NOT EXISTS pg_trgm');
    });

    it('names the reason but no index where none was proved', () => {
      const finding = only('leading-wildcard');
      assert.equal(finding.confidence, 'likely');
      assert.deepEqual(finding.fixes, []);
      assert.doesNotMatch(finding.message, /trigram/);
    });

    it('looks at the value that the plan was made with', () => {
      const sql = 'SELECT id, title FROM posts WHERE title LIKE $1';
      const explained = { plan: planFixture('leading-wildcard'), values: ['%c4ca4238%'], notices: [] };
      const more = { site: siteOf(sql), statement: statementOf(parser, sql), explained };
      assert.equal(only('leading-wildcard', more).rule, 'leading-wildcard');
      assert.deepEqual(
        judge('leading-wildcard', { ...more, explained: { ...explained, values: ['c4ca%'] } }).findings,
        [],
      );
    });

    it('says nothing where a good part of the table is found', () => {
      assert.deepEqual(judge('parallel-seq-scan').findings, []);
    });
  });

  it('stale-statistics: correlated columns get extended statistics', () => {
    const finding = only('misestimate');
    assert.equal(
      finding.message,
      'The planner expects 133 rows from Seq Scan on places and gets 2,500; city and country are probably correlated, which CREATE STATISTICS tells the planner.',
    );
    assert.deepEqual(fixSql(finding), [
      'CREATE STATISTICS places_city_country_stats (dependencies, mcv) ON city, country FROM places;\nANALYZE places',
      'ANALYZE places',
    ]);
  });

  it('stale-statistics: a table that grew gets ANALYZE first', () => {
    const places = tableOf('places', 300, []);
    assert.deepEqual(fixSql(only('misestimate', { snapshot: snapshotOf(places) })), ['ANALYZE places']);
  });

  it('sort-spill: says how much was written and the work_mem that is enough', () => {
    const finding = only('sort-spill');
    assert.equal(
      finding.message,
      'Sorts 200,000 rows through 41.5 MB of temporary files: work_mem is 1 MB; 64 MB would keep it in memory.',
    );
    assert.equal(finding.place, 'title');
    assert.deepEqual(fixSql(finding), ["SET work_mem = '64MB'"]);
  });

  it('hash-spill: of a join', () => {
    const finding = only('hash-spill');
    assert.match(
      finding.message,
      /^The hash table of 200,000 rows \(Hash Join\) is split into 16 batches on disk: work_mem is 1 MB; /,
    );
    assert.deepEqual(fixSql(finding), ["SET work_mem = '12MB'"]);
  });

  it('hash-spill: of an aggregate', () => {
    const finding = only('hash-aggregate-spill');
    assert.match(finding.message, /^The hash table of 200,000 rows \(HashAggregate\) is split into \d+ batches/);
    assert.equal(finding.place, 'title');
  });

  it('lossy-bitmap: says how many pages were read whole', () => {
    const finding = only('lossy-bitmap');
    assert.match(
      finding.message,
      /^work_mem of 64 kB holds only part of the bitmap: [\d,]+ of [\d,]+ pages are read whole and [\d,]+ rows thrown away; 1 MB is enough\.$/,
    );
    assert.deepEqual(fixSql(finding), ["SET work_mem = '1MB'"]);
  });

  it('deep-offset: counts the rows that are thrown away', () => {
    const finding = only('deep-offset');
    assert.match(finding.message, /^Reads 150,000 rows and throws them away to return 20; /);
    assert.equal(finding.place, '150000');
  });

  it('deep-offset: says nothing of a LIMIT without OFFSET that stops its input early', () => {
    const sql = 'SELECT id, title FROM posts ORDER BY id LIMIT 20';
    assert.deepEqual(judge('deep-offset', { site: siteOf(sql), statement: statementOf(parser, sql) }).findings, []);
  });

  it('function-hides-index: a function, where less than 10 ms makes it a hint', () => {
    const finding = only('function-hides-index');
    assert.equal(finding.place, 'lower(email)');
    assert.equal(finding.severity, 'hint');
    assert.match(
      finding.message,
      /^lower\(email\) hides the index users_email_key on email, so 20,000 rows of users are read to keep 1; /,
    );
  });

  it('function-hides-index: a cast', () => {
    const finding = only('cast-hides-index');
    assert.equal(finding.place, 'id::text');
    assert.equal(finding.severity, 'warning');
  });

  it('function-hides-index: says nothing where the column has no index', () => {
    const bare = tableOf('users', 20_000, [column('email', 'text')], []);
    assert.deepEqual(judge('function-hides-index', { snapshot: snapshotOf(bare) }).findings, []);
  });

  it('nested-loop-many: says how often which table was read', () => {
    const finding = only('nested-loop-many');
    assert.equal(finding.rule, 'nested-loop-many');
    assert.match(
      finding.message,
      /^Goes through 20,000 rows of users 1,100 times \(\S+ s of \S+ s\): no index serves the join condition/,
    );
  });

  it('index-discards-rows: names the index and leaves it to missing-index where one is proved', () => {
    const finding = only('index-filter-discards');
    assert.match(
      finding.message,
      /^posts_status_idx finds 20,000 rows of posts and the filter throws 19,800 of them away/,
    );
    const proved = indexFix(
      { columns: [{ name: 'status' }, { name: 'views' }] },
      planFixture('index-filter-discards'),
      planFixture('index-scan-fast'),
    );
    assert.equal(only('index-filter-discards', { indexes: [proved] }).rule, 'missing-index');
  });

  it('jit-overhead: says the time of the compilation', () => {
    const finding = only('jit');
    assert.match(finding.message, /^Just-in-time compilation takes \d+ ms of \d+ ms; /);
    assert.deepEqual(fixSql(finding), ['SET jit = off']);
  });

  describe('not-in-nullable-subquery', () => {
    const sql = 'SELECT * FROM users WHERE id NOT IN (SELECT editor_id FROM posts)';
    const check = (text: string, notNull: boolean) => {
      const table = tableOf('posts', 10, [column('editor_id', 'integer', notNull)]);
      const more = { site: siteOf(text), statement: statementOf(parser, text), snapshot: snapshotOf(table) };
      return judge('primary-key', more);
    };

    it('is told on the condition', () => {
      const { findings, place } = check(sql, false);
      assert.deepEqual(findings.map(place), ['id NOT IN (SELECT editor_id FROM posts)']);
    });

    it('is silent where the column is NOT NULL, or the subquery has a condition', () => {
      assert.deepEqual(check(sql, true).findings, []);
      assert.deepEqual(check(sql.replace('posts', 'posts WHERE editor_id IS NOT NULL'), false).findings, []);
    });
  });

  const quiet = [
    'primary-key',
    'index-scan-fast',
    'never-executed',
    'partitioned-append',
    'memoize',
    'initplan-subplan-cte',
    'write-with-trigger',
    'cte-read-twice',
  ];
  for (const name of quiet) {
    it(`say nothing of ${name}`, () => assert.deepEqual(judge(name).findings, []));
  }

  it('give every finding evidence, and a place inside the query', () => {
    const names = readdirSync('test/fixtures/plans').flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []);
    const findings = names.flatMap((name) => judge(name).findings);
    assert.ok(findings.length > 8);
    for (const { evidence, range, message } of findings) {
      assert.ok(Object.keys(evidence).length > 1);
      assert.ok(range.start < range.end);
      assert.match(message, /^[^\n]{20,300}\.$/);
    }
  });
});
