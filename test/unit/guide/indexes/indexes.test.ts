import assert from 'node:assert/strict';
import type { IndexAdvice, RemovableIndex } from '../../../../src/guide/facts';
import { duplicateIndexes } from '../../../../src/guide/indexes/duplicates';
import { foreignKeys } from '../../../../src/guide/indexes/foreign-keys';
import { missingIndexes } from '../../../../src/guide/indexes/missing';
import type { IndexFix, Proof } from '../../../../src/nouns/fix';
import { factsOf, healthOf, known } from '../../../support/guide-facts';
import { workspaceOf } from '../../../support/pool-facts';

const advice = (more: Partial<IndexAdvice> = {}): IndexAdvice => ({ missing: [], removable: [], ...more });

function fixOf(
  table: string,
  columns: readonly string[],
  costs: readonly [number, number],
  more: Partial<IndexFix> = {},
): IndexFix {
  const [costBefore, costAfter] = costs;
  return {
    kind: 'index',
    title: `Create index on ${table}`,
    index: {
      schema: 'public',
      table,
      name: `${table}_idx`,
      method: 'btree',
      columns: columns.map((name) => ({ name })),
    },
    sql: '',
    concurrently: '',
    // The plans themselves are not looked at.
    proof: { by: 'what-if', sql: 'SELECT', costBefore, costAfter, sizeBytes: 1024 ** 2, assumed: false } as Proof,
    ...more,
  };
}

describe('missing indexes', () => {
  const ofPosts = fixOf('posts', ['author_id', 'created_at'], [5_013, 28]);
  const columns = [{ schema: 'public', table: 'posts', column: 'title', distinct: -0.5, correlation: 0.02 }];
  const health = healthOf({ unindexedColumns: known(columns) });

  it('fail where the server counted a query that gets ten times cheaper', () => {
    const { state, says, fixes } = missingIndexes.judge(
      factsOf({ advice: advice({ missing: [ofPosts], weighted: true }) }),
    );
    assert.equal(state, 'failed');
    assert.equal(
      says,
      '1 index is missing: posts (author_id, created_at) makes a query 179 times cheaper (cost 5,013 → 28).',
    );
    assert.deepEqual(fixes, [ofPosts]);
  });

  it('need attention where only the text of the workspace asks for them', () => {
    const { state, missing } = missingIndexes.judge(factsOf({ advice: advice({ missing: [ofPosts] }) }));
    assert.equal(state, 'attention');
    assert.match(missing?.[0] ?? '', /^The server counts no statements/);
  });

  it('need attention where the gain is small', () => {
    const small = fixOf('posts', ['title'], [120, 60]);
    assert.equal(
      missingIndexes.judge(factsOf({ advice: advice({ missing: [small], weighted: true }) })).state,
      'attention',
    );
  });

  it('are none by the guide’s query alone, which is a hint only', () => {
    const { state, evidence } = missingIndexes.judge(factsOf({ health, advice: advice({ weighted: true }) }));
    assert.equal(state, 'passed');
    assert.ok(evidence?.[0]?.kind === 'table');
    assert.deepEqual(evidence[0].rows, [['posts.title', '50 % of the rows', '0.02']]);
  });

  it('are unknown where no query is known', () => {
    const workspace = workspaceOf();
    assert.equal(missingIndexes.judge(factsOf({ workspace, advice: advice({}) })).state, 'unknown');
    assert.equal(missingIndexes.judge(factsOf({ workspace, advice: advice({ weighted: true }) })).state, 'passed');
  });

  it('are unknown without the advisor, with the hint of the guide’s query', () => {
    const { state, missing, evidence } = missingIndexes.judge(
      factsOf({ health, missing: { advice: 'Not asked yet.' } }),
    );
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['Not asked yet.']);
    assert.equal(evidence?.length, 2);
  });
});

describe('foreign keys without an index', () => {
  const check = (columns: readonly string[]) => ({
    constraint: 'comments_post_id_fkey',
    columns,
    referenced: { schema: 'public', table: 'posts' },
    event: 'delete' as const,
    sql: '',
  });
  const ofComments = fixOf('comments', ['post_id'], [9_000, 8], { foreignKey: check(['post_id']) });

  it('are told with the cost of each deleted row', () => {
    const { state, says, fixes } = foreignKeys.judge(factsOf({ advice: advice({ foreignKeys: [ofComments] }) }));
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'Each row deleted from posts reads all of comments for its foreign key (post_id), which has no index: cost 9,000, with one 8.',
    );
    assert.deepEqual(fixes, [ofComments]);
  });

  it('are not told twice where an index that queries miss begins with the key', () => {
    const missing = [fixOf('comments', ['post_id', 'created_at'], [100, 10])];
    assert.equal(
      foreignKeys.judge(factsOf({ advice: advice({ missing, foreignKeys: [ofComments] }) })).state,
      'passed',
    );
  });

  it('are no missing indexes besides: PostgreSQL counts the queries of foreign keys, too', () => {
    const sql =
      'SELECT $2 FROM ONLY "public"."comments" x WHERE $1 OPERATOR(pg_catalog.=) "post_id" FOR KEY SHARE OF x';
    const fix = fixOf('comments', ['post_id'], [9_000, 8]);
    const known = (missing: readonly IndexFix[]) => factsOf({ advice: advice({ missing, foreignKeys: [ofComments] }) });
    const ofKeyAlone = known([{ ...fix, proof: { ...fix.proof, sql } }]);
    assert.equal(missingIndexes.judge(ofKeyAlone).state, 'passed');
    assert.equal(foreignKeys.judge(ofKeyAlone).state, 'attention');
    const ofQuery = known([fix]);
    assert.equal(missingIndexes.judge(ofQuery).state, 'attention');
    assert.equal(foreignKeys.judge(ofQuery).state, 'passed');
  });
});

describe('duplicate indexes', () => {
  const removable = (kind: RemovableIndex['kind']): RemovableIndex => ({
    kind,
    schema: 'public',
    table: 'posts',
    index: `posts_${kind}`,
    reason: 'It has the same columns as posts_author, which stays.',
    bytes: 2 * 1024 ** 2,
    sql: `DROP INDEX CONCURRENTLY posts_${kind}`,
  });

  it('are those whose work another one does', () => {
    const { state, says, fixes } = duplicateIndexes.judge(
      factsOf({ advice: advice({ removable: [removable('redundant'), removable('duplicate'), removable('unused')] }) }),
    );
    assert.equal(state, 'attention');
    assert.equal(says, '2 indexes do what another one does (4 MB, kept up by every write), posts_redundant first.');
    assert.deepEqual(
      fixes?.map(({ kind }) => kind),
      ['maintenance', 'maintenance'],
    );
  });
});
