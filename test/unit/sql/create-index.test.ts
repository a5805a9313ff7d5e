import assert from 'node:assert/strict';
import type { IndexDefinition } from '../../../src/nouns/fix';
import { createIndexSql } from '../../../src/sql/create-index';
import { SqlParser } from '../../../src/sql/parser';

const base: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'posts_author_id_idx',
  method: 'btree',
  columns: [{ name: 'author_id' }],
};

describe('CREATE INDEX', () => {
  for (const [index, expected] of [
    [base, 'CREATE INDEX posts_author_id_idx ON posts (author_id)'],
    [
      { ...base, columns: [{ name: 'author_id' }, { name: 'created_at', descending: true, nulls: 'last' }] },
      'CREATE INDEX posts_author_id_idx ON posts (author_id, created_at DESC NULLS LAST)',
    ],
    [
      { ...base, method: 'gin', columns: [{ name: 'body', operatorClass: 'gin_trgm_ops' }] },
      'CREATE INDEX posts_author_id_idx ON posts USING gin (body gin_trgm_ops)',
    ],
    [
      {
        ...base,
        schema: 'My App',
        table: 'Order',
        columns: [{ name: 'userId' }, { name: '(lower(email))', isExpression: true }],
      },
      'CREATE INDEX posts_author_id_idx ON "My App"."Order" ("userId", (lower(email)))',
    ],
    [
      { ...base, name: 'a"; DROP TABLE x; --', where: `status = 'published'` },
      `CREATE INDEX "a""; DROP TABLE x; --" ON posts (author_id) WHERE status = 'published'`,
    ],
  ] as [IndexDefinition, string][]) {
    it(`prints ${expected}, which the parser takes, also CONCURRENTLY`, async () => {
      const parser = await SqlParser.load();
      assert.equal(createIndexSql(index), expected);
      assert.ok(parser.parse(createIndexSql(index)).ok);
      assert.ok(parser.parse(createIndexSql(index, { concurrently: true })).ok);
      assert.match(createIndexSql(index, { concurrently: true }), /^CREATE INDEX CONCURRENTLY /);
    });
  }
});
