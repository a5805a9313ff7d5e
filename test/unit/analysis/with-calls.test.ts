import assert from 'node:assert/strict';
import { withCalls } from '../../../src/analysis/with-calls';
import type { GeneratedBy, QuerySite, SourceDocument } from '../../../src/nouns/query-site';

function documentOf(text: string): SourceDocument {
  return { uri: 'a.ts', languageId: 'typescript', text };
}

/** A site where `part` stands in the document. */
function siteAt({ text }: SourceDocument, part: string, more: Partial<QuerySite> = {}): QuerySite {
  const start = text.indexOf(part);
  assert.ok(start >= 0, part);
  const range = { start, end: start + part.length };
  const sourceMap = { toDocument: () => start, rangeToDocument: () => range };
  return { uri: 'a.ts', range, library: 'knex', sql: part, parameters: [], sourceMap, ...more };
}

function callAt(document: SourceDocument, part: string, sql: string, more: Partial<GeneratedBy> = {}): QuerySite {
  const nameRange = { start: 0, end: 1 };
  const call = { nameRange, statement: 1, statements: 1, forms: [1], formCount: 1, notes: [], ...more };
  return siteAt(document, part, { sql, call });
}

describe('SQL text and calls of libraries in one document', () => {
  it('are one query where the text is all that the call sends, and the text stands for it', () => {
    const document = documentOf("await knex.raw('SELECT *  FROM users WHERE id = ?', [1]);");
    const parameter = { index: 1, source: '?', range: { start: 0, end: 1 }, kind: 'value' } as const;
    const text = siteAt(document, 'SELECT *  FROM users WHERE id = ?', {
      sql: 'SELECT *  FROM users WHERE id = $1',
      parameters: [parameter],
    });
    const whole = callAt(
      document,
      "knex.raw('SELECT *  FROM users WHERE id = ?', [1])",
      'SELECT * FROM users WHERE id = $1;',
    );
    const call = { ...whole, parameters: [{ ...parameter, source: '1', constant: '1' }] };
    const [site, ...others] = withCalls(document, [text], [call]);
    assert.deepEqual(others, []);
    assert.deepEqual(site, { ...text, parameters: [{ ...parameter, constant: '1' }] });
  });

  it('are one query where the text is a part of the call, and the call stands for it', () => {
    const document = documentOf("knex('posts').where('id', knex.raw('(SELECT max(id) FROM posts)'))");
    const text = siteAt(document, '(SELECT max(id) FROM posts)');
    const call = callAt(document, document.text, 'SELECT * FROM posts WHERE id = (SELECT max(id) FROM posts)');
    assert.deepEqual(withCalls(document, [text], [call]), [call]);
  });

  it('are two where the call is given what another query found', () => {
    const document = documentOf("Post.findAll({ where: { id: await pool.query('SELECT id FROM best') } })");
    const text = siteAt(document, 'SELECT id FROM best');
    const call = callAt(document, document.text, 'SELECT * FROM posts WHERE id = $1');
    assert.deepEqual(withCalls(document, [text], [call]), [call, text]);
  });

  it('keep what is said of the call where a note belongs to it', () => {
    const document = documentOf("knex.raw('SELECT 1').timeout(5)");
    const text = siteAt(document, 'SELECT 1');
    const call = callAt(document, document.text, 'SELECT 1', {
      notes: ['Conditions added at run time are not included.'],
    });
    assert.deepEqual(withCalls(document, [text], [call]), [call]);
  });

  it('stand in the order of the document', () => {
    const document = documentOf("Post.findAll(); pool.query('SELECT 1'); Post.count();");
    const calls = [
      callAt(document, 'Post.findAll()', 'SELECT * FROM posts'),
      callAt(document, 'Post.count()', 'SELECT 2'),
    ];
    const found = withCalls(document, [siteAt(document, 'SELECT 1')], calls);
    assert.deepEqual(
      found.map(({ sql }) => sql),
      ['SELECT * FROM posts', 'SELECT 1', 'SELECT 2'],
    );
  });
});
