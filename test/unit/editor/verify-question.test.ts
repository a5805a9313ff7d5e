import assert from 'node:assert/strict';
import { verifyQuestion } from '../../../src/editor/verify-question';
import type { IndexFix } from '../../../src/nouns/fix';
import { Statements } from '../../support/statements';

function fix(table: string, column: string, more: Partial<IndexFix> = {}): IndexFix {
  const isExpression = column.startsWith('(');
  const concurrently = `CREATE INDEX CONCURRENTLY i ON ${table} (${column})`;
  return { index: { table, columns: [{ name: column, isExpression }] }, concurrently, ...more } as unknown as IndexFix;
}

describe('the question before an index is created and measured', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });
  const database = 'blog on localhost:5432 (development)';

  it('names the database and shows all that is done', () => {
    const { message, detail } = verifyQuestion([fix('posts', 'a')], statements.read('SELECT 1'), database);
    assert.equal(
      message,
      'Create this index on blog on localhost:5432 (development), measure, and keep it only if that helps?',
    );
    assert.equal(
      detail,
      'CREATE INDEX CONCURRENTLY i ON posts (a);\n\nThe query is run six times before and six times after. The table can be read and written meanwhile.',
    );
  });

  it('says that a statement that changes data is not run', () => {
    const { detail } = verifyQuestion([fix('posts', 'a')], statements.read('DELETE FROM posts WHERE a = 1'), database);
    assert.match(detail, /it is not run, its planned costs are compared\./);
  });

  it('says that ANALYZE writes statistics, and creates an extension once', () => {
    const needs = 'CREATE EXTENSION IF NOT EXISTS pg_trgm';
    const fixes = [fix('posts', '(lower(a))', { needs }), fix('users', 'b', { needs })];
    const { message, detail } = verifyQuestion(fixes, statements.read('SELECT 1'), database);
    assert.match(message, /^Create these 2 indexes on blog on .*, measure, and keep them only if that helps\?$/);
    assert.equal(detail.match(/CREATE EXTENSION/g)?.length, 1);
    assert.match(detail, /ANALYZE renews the statistics of posts\./);
  });
});
