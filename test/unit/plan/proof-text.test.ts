import assert from 'node:assert/strict';
import type { OtherQueries, OtherQuery } from '../../../src/nouns/fix';
import { dearerText, othersText, proofText, sideEffects, writesText } from '../../../src/plan/proof-text';

const numbers = { by: 'what-if', assumed: false, costBefore: 5013.27, costAfter: 28.4, sizeBytes: 4_700_000 } as const;
const query = (costBefore: number, costAfter: number, more: Partial<OtherQuery> = {}): OtherQuery => ({
  sql: 'SELECT id, title, body\n  FROM posts WHERE created_at > now() AND author_id = $1',
  costBefore,
  costAfter,
  ...more,
});
const others = (more: Partial<OtherQueries>): string =>
  othersText({ known: 12, checked: 12, better: [], worse: [], ...more }, 'posts');

describe('the proof of an index in words', () => {
  it('says who proved it, the cost and the size', () => {
    assert.equal(proofText(numbers), 'proved by the planner in memory: cost 5,013 → 28.4, about 4.5 MB');
    assert.equal(
      proofText({ ...numbers, by: 'hypopg', assumed: true, sizeBytes: 0 }),
      'proved by the server with HypoPG, with assumed table sizes: cost 5,013 → 28.4',
    );
  });

  it('says what it does to the other queries', () => {
    const better = [query(100, 10), query(80, 20), query(50, 40)];
    assert.equal(others({ better }), 'Also makes 3 of 12 other queries on posts cheaper; none dearer.');
    assert.equal(others({}), 'Does not change the cost of any of the 12 other queries on posts.');
    assert.equal(others({ known: 1, checked: 1 }), 'Does not change the cost of the other query on posts.');
    assert.equal(
      others({ known: 1, checked: 1, better: [query(100, 10)] }),
      'Also makes the other query on posts cheaper: cost 100 → 10.',
    );
    assert.equal(
      others({ known: 300, checked: 200, better }),
      'Also makes 3 of 200 other queries on posts cheaper (100 more could not be tried); none dearer.',
    );
  });

  it('names the one that gets dearer, by its place or by its text', () => {
    const worse = [query(120, 150, { place: 'src/posts.ts:12' }), query(10, 12)];
    assert.equal(
      others({ better: [query(100, 10)], worse }),
      'Makes 2 of 12 other queries on posts dearer: src/posts.ts:12, cost 120 → 150, and 1 more; 1 cheaper.',
    );
    assert.equal(
      dearerText({ worse: [query(1000, 1015)] }),
      'makes another query 1.5 % dearer: SELECT id, title, body FROM posts WHERE created_at > now() …, cost 1,000 → 1,015',
    );
    assert.equal(dearerText({ worse: [] }), undefined);
  });

  it('says what it makes superfluous, and that a partitioned table waits', () => {
    const index = { table: 'posts', concurrently: 'CREATE INDEX i ON posts (a)', proof: {} };
    assert.deepEqual(sideEffects({ ...index, replaces: ['posts_a_idx'] }), [
      'Beside it nothing needs posts_a_idx any more.',
      'posts is partitioned, so not CONCURRENTLY: writes wait while it is built.',
    ]);
    assert.deepEqual(sideEffects({ ...index, concurrently: 'CREATE INDEX CONCURRENTLY i ON posts (a)' }), []);
  });

  it('says what it costs when rows are written', () => {
    const writes = { indexesBefore: 3, indexesAfter: 4, everyRow: true };
    assert.equal(
      writesText({ ...writes, hot: 'kept' }, 'posts'),
      'About 1.3 times the index writes for each inserted row (4 indexes on posts instead of 3); the known UPDATEs stay HOT.',
    );
    assert.match(
      writesText({ ...writes, hot: 'lost', hotColumns: ['status'], hotShare: 0.9 }, 'posts'),
      /; UPDATEs of status, which can be HOT now \(90 % of all updates so far\), then write to all 4\.$/,
    );
    assert.match(
      writesText({ ...writes, rowsPerDay: 12_345 }, 'posts'),
      /instead of 3\); 12,345 rows are written to it a day\.$/,
    );
    assert.equal(
      writesText({ indexesBefore: 0, indexesAfter: 1, everyRow: false }, 'posts'),
      'The first index on posts: one index write for each inserted row that meets its condition.',
    );
  });
});
