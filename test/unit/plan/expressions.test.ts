import assert from 'node:assert/strict';
import { ExpressionReader } from '../../../src/plan/expressions';

describe('ExpressionReader', () => {
  let reader: ExpressionReader;
  before(async () => {
    reader = await ExpressionReader.load();
  });
  const columns = (condition: string) =>
    reader.columns(condition)?.map(({ alias, name }) => (alias ? `${alias}.${name}` : name));

  const expected: Record<string, string[]> = {
    '(author_id = 17000)': ['author_id'],
    "((status)::text = 'draft'::text)": ['status'],
    "((city = 'city 7'::text) AND (country = 'country 7'::text))": ['city', 'country'],
    "(lower((email)::text) = 'x'::text)": ['email'],
    '(c.post_id = p.id)': ['c.post_id', 'p.id'],
    '(r.views > (InitPlan 1).col1)': ['r.views'],
    '((NOT (hashed SubPlan 1)) AND (id > 3))': ['id'],
    "((title ~~ '%x%'::text) AND (title IS NOT NULL))": ['title'],
  };
  for (const [condition, names] of Object.entries(expected)) {
    it(`reads ${names.join(', ')} of ${condition}`, () => assert.deepEqual(columns(condition), names));
  }

  it('has no answer for what it cannot parse', () => {
    assert.equal(reader.columns("(location <-> '(0,0)'::point) <<"), undefined);
  });
});
