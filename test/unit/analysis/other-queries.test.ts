import assert from 'node:assert/strict';
import { type KnownStatement, OtherStatements } from '../../../src/analysis/other-queries';
import type { HypotheticalPlanner, HypotheticalRequest, ParameterValues } from '../../../src/database/planner';
import type { IndexDefinition, IndexFix } from '../../../src/nouns/fix';
import { Problem } from '../../../src/nouns/problem';
import { parsePlan } from '../../../src/plan/parse-plan';
import { problemOf } from '../../support/problems';
import { Statements } from '../../support/statements';
import { snapshotWith } from '../../support/what-if';

const byAuthor = 'SELECT * FROM posts WHERE author_id = 1';
const planOf = (cost: number) => parsePlan([{ Plan: { 'Node Type': 'Result', 'Total Cost': cost } }], 'what-if');

function fixOn(table = 'posts'): IndexFix {
  const columns = [{ name: 'author_id' }];
  const index: IndexDefinition = { schema: 'public', table, name: `${table}_i`, method: 'btree', columns };
  const numbers = { costBefore: 1000, costAfter: 10, sizeBytes: 8192, assumed: false };
  const proof = { by: 'what-if' as const, before: planOf(1000), after: planOf(10), ...numbers };
  return { kind: 'index', title: 'Create index', index, sql: '', concurrently: '', proof };
}

describe('what a proposed index does to the other statements', () => {
  let statements: Statements;
  let asked: HypotheticalRequest[];
  const snapshot = snapshotWith({ posts: { author_id: 'integer', status: 'text' }, users: { id: 'integer' } });

  before(async () => {
    statements = await Statements.load();
  });
  beforeEach(() => {
    asked = [];
  });

  const known = (sql: string, more: Partial<KnownStatement> = {}): KnownStatement => ({
    statement: statements.read(sql),
    valueSets: [],
    plan: planOf(1000),
    indexes: [],
    ...more,
  });

  /** Costs by the statement and whether it is planned with the index. */
  function planner(cost: (sql: string, hasIndex: boolean, values?: ParameterValues) => number): HypotheticalPlanner {
    return {
      by: 'what-if',
      async plan(request) {
        asked.push(request);
        const total = cost(request.sql, request.indexes.length > 0, request.values);
        return { plan: planOf(total), indexes: [] };
      },
    };
  }

  async function proved(
    fix: IndexFix,
    others: readonly KnownStatement[],
    cost: (sql: string, hasIndex: boolean, values?: ParameterValues) => number,
    more: { readonly budgetMs?: number; readonly signal?: AbortSignal; readonly by?: OtherStatements } = {},
  ): Promise<IndexFix> {
    const asking = planner(cost);
    const changed = await (more.by ?? new OtherStatements()).prove([known(byAuthor, { indexes: [fix] }), ...others], {
      snapshot,
      planner: async () => asking,
      budgetMs: more.budgetMs ?? 10_000,
      signal: more.signal,
    });
    return changed.get(fix) ?? fix;
  }

  it('counts those of its table only, and each once', async () => {
    const others = [
      known('SELECT count(*) FROM posts'),
      known('SELECT count(*) FROM posts'),
      known('SELECT * FROM users'),
      known('SELECT * FROM other.posts'),
      known(byAuthor),
    ];
    const { proof } = await proved(fixOn(), others, () => 100);
    assert.deepEqual(proof.others, { known: 1, checked: 1, better: [], worse: [] });
  });

  it('counts a statement whose plan shows the table behind a view', async () => {
    const scan = { 'Node Type': 'Seq Scan', 'Relation Name': 'posts', Alias: 'p', 'Total Cost': 100 };
    const others = [known('SELECT * FROM recent', { plan: parsePlan([{ Plan: scan }], 'estimate') })];
    const { proof } = await proved(fixOn(), others, (_, hasIndex) => (hasIndex ? 50 : 100));
    assert.equal(proof.others?.better.length, 1);
  });

  it('names the ones that get dearer by more than 1 %, in its title too', async () => {
    const costs: Record<string, [number, number]> = {
      'SELECT 1 FROM posts': [100, 100.9],
      'SELECT 2 FROM posts': [100, 112],
      'SELECT 3 FROM posts': [100, 40],
      'SELECT 4 FROM posts': [0.02, 0.05],
    };
    const others = Object.keys(costs).map((sql, i) => known(sql, { place: () => `a.sql:${i + 1}` }));
    const fix = await proved(fixOn(), others, (sql, hasIndex) => costs[sql]?.[hasIndex ? 1 : 0] ?? 0);
    assert.deepEqual(fix.proof.others, {
      known: 4,
      checked: 4,
      better: [{ place: 'a.sql:3', sql: 'SELECT 3 FROM posts', costBefore: 100, costAfter: 40 }],
      worse: [{ place: 'a.sql:2', sql: 'SELECT 2 FROM posts', costBefore: 100, costAfter: 112 }],
    });
    assert.equal(fix.title, 'Create index (makes another query 12 % dearer: a.sql:2, cost 100 → 112)');
  });

  it('shows the values for which a statement loses, though it gains with others', async () => {
    const others = [known('SELECT * FROM posts WHERE id = $1', { valueSets: [['1'], ['2']] })];
    const cost = (_: string, hasIndex: boolean, values?: ParameterValues) =>
      hasIndex ? (values?.[0] === '1' ? 10 : 120) : 100;
    const { proof } = await proved(fixOn(), others, cost);
    assert.equal(proof.others?.better.length, 0);
    assert.equal(proof.others?.worse[0]?.costAfter, 120);
  });

  it('does not count what the planner cannot plan', async () => {
    const others = [known('SELECT 1 FROM posts'), known('SELECT 2 FROM posts')];
    const { proof } = await proved(fixOn(), others, (sql) => {
      if (sql.includes('1')) throw new Problem('unsupported', 'No.');
      return 100;
    });
    assert.deepEqual([proof.others?.known, proof.others?.checked], [2, 1]);
  });

  it('says nothing when the time is over before it began', async () => {
    const { proof } = await proved(fixOn(), [known('SELECT 1 FROM posts')], () => 100, { budgetMs: -1 });
    assert.equal(proof.others, undefined);
    assert.equal(asked.length, 0);
  });

  it('asks nothing twice, and gives no successor when nothing changed', async () => {
    const by = new OtherStatements();
    const others = [known('SELECT 1 FROM posts')];
    const once = await proved(fixOn(), others, () => 100, { by });
    assert.equal(asked.length, 2);
    assert.equal(await proved(once, others, assert.fail, { by }), once);
    assert.equal(asked.length, 2);
  });

  it('corrects its title when the statement that got dearer is gone', async () => {
    const by = new OtherStatements();
    const cost = (_: string, hasIndex: boolean) => (hasIndex ? 150 : 100);
    const dearer = await proved(fixOn(), [known('SELECT 1 FROM posts')], cost, { by });
    assert.match(dearer.title, /50 % dearer: SELECT 1 FROM posts/);
    const alone = await proved(dearer, [], cost, { by });
    assert.equal(alone.title, 'Create index');
    assert.equal(alone.proof.others, undefined);
  });

  it('ends when it is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const work = proved(fixOn(), [known('SELECT 1 FROM posts')], () => 100, { signal: abort.signal });
    await problemOf(work, 'cancelled');
  });

  it('knows the UPDATEs among them', async () => {
    const others = [known("UPDATE posts SET status = 'x' WHERE id = 1"), known('UPDATE posts SET author_id = 2')];
    const { proof } = await proved(fixOn(), others, () => 100);
    assert.deepEqual(proof.writes, {
      indexesBefore: 0,
      indexesAfter: 1,
      everyRow: true,
      hot: 'lost',
      hotColumns: ['author_id'],
    });
  });
});
