import assert from 'node:assert/strict';
import { useInStatement } from '../../../../src/code/session-uses/in-statement';

describe('what a statement leaves in its session', () => {
  for (const [sql, kind, text] of [
    ['LISTEN jobs', 'listen', 'LISTEN jobs'],
    ['SET search_path = tenant_1', 'set', 'SET search_path = tenant_1'],
    ["set session statement_timeout to '5s'", 'set', "set session statement_timeout to '5s'"],
    ['SET ROLE reader', 'set', 'SET ROLE reader'],
    ["SELECT set_config('app.user', $1, false)", 'set', "set_config('app.user', $1, false)"],
    ['SELECT pg_try_advisory_lock($1)', 'session advisory lock', 'pg_try_advisory_lock($1)'],
    ['SELECT pg_advisory_lock_shared(1, 2)', 'session advisory lock', 'pg_advisory_lock_shared(1, 2)'],
    ['CREATE TEMP TABLE ids (id int)', 'temporary table', 'CREATE TEMP TABLE ids'],
    ['SELECT id INTO TEMPORARY ids FROM posts', 'temporary table', 'INTO TEMPORARY ids'],
    ['-- once\nPREPARE post (int) AS SELECT 1', 'prepared statement', 'PREPARE post'],
    ['DECLARE all_posts CURSOR\n WITH HOLD FOR SELECT 1', 'cursor with hold', 'DECLARE all_posts CURSOR WITH HOLD'],
    ["LOAD 'auto_explain'", 'load', "LOAD 'auto_explain'"],
  ] as const) {
    it(`is known of ${sql.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(useInStatement(sql), { kind, text });
    });
  }

  for (const sql of [
    'SET LOCAL search_path = tenant_1',
    'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    "SET TIME ZONE 'UTC'",
    "SET application_name = 'blog'",
    'SET autocommit = 1',
    "SELECT set_config('app.user', $1, true)",
    'SELECT pg_advisory_xact_lock(1)',
    'SELECT pg_try_advisory_xact_lock_shared(1)',
    'CREATE TEMP TABLE ids ON COMMIT DROP AS SELECT 1',
    "PREPARE TRANSACTION 'x'",
    'DECLARE posts CURSOR FOR SELECT 1',
    'UPDATE posts SET title = $1',
    'NOTIFY jobs',
    "SELECT 'LISTEN jobs' -- LISTEN jobs",
  ]) {
    it(`is nothing of ${sql}`, () => assert.equal(useInStatement(sql), undefined));
  }
});
