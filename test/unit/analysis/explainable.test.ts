import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/analysis/analyzer';
import { explainableStatement, statementToPlan, whyNotExplainable } from '../../../src/analysis/explainable';
import type { ReadQuery } from '../../../src/analysis/judgement';

describe('what can be explained', () => {
  let analyzer: Analyzer;
  before(async () => {
    analyzer = await Analyzer.load({ grammarFolder: 'node_modules/@vscode/tree-sitter-wasm/wasm', folders: [] });
  });

  function query(uri: string, text: string): ReadQuery {
    const languageId = uri.endsWith('.sql') ? 'sql' : 'javascript';
    const [first] = analyzer.read({ uri, languageId, text }).queries;
    assert.ok(first);
    return first;
  }

  it('is a statement that reads or changes rows', () => {
    const update = query('a.sql', 'UPDATE posts SET views = 1');
    assert.ok(explainableStatement(update) && statementToPlan(update));
    const create = query('a.sql', 'CREATE TABLE posts (id int)');
    assert.equal(explainableStatement(create), undefined);
    assert.match(whyNotExplainable(create), /another kind of statement/);
  });

  it('is, in a migration, only what a person asks for', () => {
    const update = query('db/migrations/2_views.sql', 'UPDATE posts SET views = 0');
    assert.ok(explainableStatement(update));
    assert.equal(statementToPlan(update), undefined);
  });

  it('is not a statement with a table that the program names', () => {
    const named = query('a.js', 'pool.query(`SELECT * FROM ${table} WHERE id = $1`, [id])');
    assert.equal(explainableStatement(named), undefined);
    assert.ok(whyNotExplainable(named).startsWith('${table} stands for a name'));
  });
});
