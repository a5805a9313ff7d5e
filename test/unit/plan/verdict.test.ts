import assert from 'node:assert/strict';
import { comparePlans } from '../../../src/plan/compare';
import { planShape } from '../../../src/plan/shape';
import { verdict } from '../../../src/plan/verdict';
import { planFixture } from '../../support/plan-fixtures';

const withoutTime = (name: string) => verdict(planFixture(name)).replace(/^[\d.,]+ m?s/, 'N ms');

describe('verdict', () => {
  const expected: Record<string, string> = {
    'seq-scan-high-filter': 'N ms · reads all 200,000 rows of posts to keep 4',
    'seq-scan-estimate': 'estimated cost 8,383 · Seq Scan on posts',
    'index-scan-fast': 'N ms · Index Scan using posts_author_id_created_at_idx on posts · nothing to improve',
    'primary-key': 'N ms · Index Scan using users_pkey on users · nothing to improve',
    'sort-spill': 'N ms · sorts 200,000 rows on disk (41.5 MB)',
    'parallel-seq-scan': 'N ms · reads all 200,000 rows of posts to keep 22,800',
    'hash-spill': 'N ms · Hash Join',
    'write-with-trigger': 'N ms · Update on posts',
    'index-filter-discards': 'N ms · reads 20,000 rows of posts to keep 200',
  };
  for (const [name, text] of Object.entries(expected)) {
    it(`says of ${name}: ${text}`, () => assert.equal(withoutTime(name), text));
  }
});

describe('planShape', () => {
  it('tells the nodes without numbers', () => {
    assert.equal(planShape(planFixture('seq-scan-high-filter')), 'Limit(Sort(Seq Scan on posts))');
  });

  it('is equal for an estimate and a run of the same plan', () => {
    assert.equal(planShape(planFixture('seq-scan-high-filter')), planShape(planFixture('seq-scan-estimate')));
  });

  it('names joins by their type', () => {
    assert.equal(planShape(planFixture('hash-spill')), 'Hash Join(Seq Scan on comments, Hash(Seq Scan on posts))');
  });
});

describe('comparePlans', () => {
  it('says which scan became which, that a sort went, and cost and time before and after', () => {
    const { summary, sameShape } = comparePlans(planFixture('seq-scan-high-filter'), planFixture('index-scan-fast'));
    assert.match(
      summary,
      /^Seq Scan on posts → Index Scan using posts_author_id_created_at_idx on posts, no Sort, cost 8,383 → 44\.2, \S+ ms → \S+ ms$/,
    );
    assert.equal(sameShape, false);
  });

  it('says that it is the same plan', () => {
    const plan = planFixture('seq-scan-estimate');
    assert.equal(comparePlans(plan, plan).summary, 'same plan, cost 8,383 → 8,383');
  });

  it('compares no time of a plan that was not run', () => {
    const { msBefore, msAfter } = comparePlans(planFixture('seq-scan-estimate'), planFixture('index-scan-fast'));
    assert.deepEqual([msBefore, msAfter], [undefined, undefined]);
  });
});
