import assert from 'node:assert/strict';
import { SqlParser } from '../../../src/sql/parser';
import { effectOf } from '../../../src/sql/statement-effect';

describe('the effect of a statement', () => {
  for (const [sql, effect] of [
    ['SELECT * FROM posts FOR UPDATE', 'locks rows'],
    ['UPDATE posts SET views = 1', 'changes data'],
    ['WITH gone AS (DELETE FROM posts RETURNING *) SELECT * FROM gone', 'changes data'],
    ['SELECT * INTO copies FROM posts', 'changes data'],
  ] as const) {
    it(`${sql} ${effect}`, async () => {
      const parsed = (await SqlParser.load()).parse(sql);
      assert.ok(parsed.ok && !parsed.statement.readsOnly);
      assert.equal(effectOf(parsed.statement), effect);
    });
  }
});
