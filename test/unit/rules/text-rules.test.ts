import assert from 'node:assert/strict';
import type { QuerySite } from '../../../src/nouns/query-site';
import { transactionLoops } from '../../../src/rules/query-in-loop';
import { textRules } from '../../../src/rules/text-rules';
import { SqlParser } from '../../../src/sql/parser';
import { siteOf, statementOf } from '../../support/rule-contexts';

describe('text rules', () => {
  let parser: SqlParser;
  before(async () => {
    parser = await SqlParser.load();
  });
  const judge = (sql: string, more: Partial<QuerySite> = {}) => {
    const site = siteOf(sql, more);
    return textRules.flatMap((rule) => rule.check(site, statementOf(parser, sql)));
  };
  const loop = (kind: 'for' | 'while' | 'callback') => ({ loop: { kind, range: { start: 0, end: 5 } } });

  describe('query-in-loop', () => {
    const inLoop: Record<string, RegExp> = {
      'SELECT * FROM comments WHERE post_id = $1': /ask once for all of them: post_id = ANY\(\$1\)/,
      'SELECT * FROM comments c WHERE c.post_id = $1 AND NOT c.hidden': /c\.post_id = ANY/,
      'SELECT count(*) FROM comments WHERE post_id = $1':
        /SELECT post_id, … WHERE post_id = ANY\(\$1\) GROUP BY post_id/,
      'SELECT max(c.id) + 1 FROM comments c WHERE c.post_id = $1': /WHERE c\.post_id = ANY\(\$1\) GROUP BY c\.post_id/,
      'SELECT post_id, count(*) FROM comments WHERE post_id = $1 GROUP BY 1': /all of them: post_id = ANY\(\$1\)\.$/,
      'SELECT * FROM comments WHERE post_id = $1 ORDER BY id LIMIT 5':
        /unnest\(\$1\) joined with this query by LATERAL/,
      'UPDATE posts SET views = views + 1 WHERE id = $1': /change all of them at once.* matched by id/,
      'DELETE FROM posts WHERE id = $1::int': /delete all of them at once: id = ANY/,
      'INSERT INTO tags (name) VALUES ($1)': /insert all rows at once/,
    };
    for (const [sql, advice] of Object.entries(inLoop)) {
      it(`warns of ${sql}`, () => {
        const [finding, ...others] = judge(sql, loop('for'));
        assert.equal(finding?.rule, 'query-in-loop');
        assert.equal(finding?.confidence, 'likely');
        assert.match(finding?.message ?? '', /^Sent once for each turn of the for loop around it/);
        assert.match(finding?.message ?? '', advice);
        assert.deepEqual(others, []);
      });
    }

    const fine = [
      'SELECT 1',
      'SELECT * FROM posts WHERE created_at > $1 ORDER BY created_at LIMIT 100',
      'BEGIN',
      'INSERT INTO tags (name) VALUES ($1), ($2)',
      'INSERT INTO archive SELECT * FROM posts WHERE created_at < $1',
    ];
    for (const sql of fine) {
      it(`says nothing of ${sql}`, () => assert.deepEqual(judge(sql, loop('callback')), []));
    }

    it('says nothing in a loop that begins and ends a transaction on every turn', () => {
      const sql = 'INSERT INTO tags (name) VALUES ($1)';
      const site = siteOf(sql, loop('for'));
      const begin = siteOf('BEGIN', loop('for'));
      const context = {
        transactionLoops: transactionLoops([{ site: begin, parsed: parser.parse('BEGIN') }]),
        isInTest: false,
      };
      const found = textRules.flatMap((rule) => rule.check(site, statementOf(parser, sql), context));
      assert.deepEqual(found, []);
      const elsewhere = { ...begin, loop: { kind: 'for' as const, range: { start: 90, end: 95 } } };
      const other = {
        transactionLoops: transactionLoops([{ site: elsewhere, parsed: parser.parse('BEGIN') }]),
        isInTest: false,
      };
      assert.equal(textRules.flatMap((rule) => rule.check(site, statementOf(parser, sql), other)).length, 1);
    });

    it('takes a while loop with a LIMIT for a queue', () => {
      const sql = 'SELECT * FROM jobs WHERE state = $1 LIMIT 10';
      assert.deepEqual(judge(sql, loop('while')), []);
      assert.equal(judge(sql, loop('for')).length, 1);
    });

    it('says nothing outside a loop', () => assert.deepEqual(judge('SELECT * FROM comments WHERE post_id = $1'), []));
  });

  it('update-without-where and delete-without-where warn in a program and hint in a script', () => {
    const [update] = judge('UPDATE users SET active = false');
    assert.deepEqual([update?.rule, update?.severity], ['update-without-where', 'warning']);
    assert.equal(update?.message, 'Changes every row of users: there is no WHERE.');
    const [removal] = judge('DELETE FROM sessions', { library: 'sql' });
    assert.deepEqual([removal?.rule, removal?.severity], ['delete-without-where', 'hint']);
  });

  it('say nothing in tests, which empty tables', () => {
    const sql = 'DELETE FROM sessions';
    const inTest = { transactionLoops: new Set<number>(), isInTest: true };
    assert.deepEqual(
      textRules.flatMap((rule) => rule.check(siteOf(sql), statementOf(parser, sql), inTest)),
      [],
    );
  });

  for (const sql of [
    'UPDATE users u SET n = s.n FROM stats s WHERE s.id = u.id',
    'DELETE FROM a WHERE id = 1',
    'DELETE FROM a USING b',
    'TRUNCATE a',
  ]) {
    it(`say nothing of ${sql}`, () => assert.deepEqual(judge(sql), []));
  }
});
