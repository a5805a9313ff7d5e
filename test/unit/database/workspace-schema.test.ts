import assert from 'node:assert/strict';
import {
  forwardPart,
  headOf,
  isDispensable,
  schemaFilesInOrder,
  shapesPlans,
  withoutConcurrently,
} from '../../../src/database/schema-files/workspace-schema';

describe('the schema files of a workspace', () => {
  it('come in the order of their paths, numbers by value, without those that undo', () => {
    const names = [
      'db/10_b.sql',
      'db/2_a.up.sql',
      'db/2_a.down.sql',
      'db/undo/1.sql',
      'm/3/down.sql',
      'db/countdown.sql',
    ];
    const ordered = schemaFilesInOrder(names.map((name) => ({ name })));
    assert.deepEqual(
      ordered.map(({ name }) => name),
      ['db/2_a.up.sql', 'db/10_b.sql', 'db/countdown.sql'],
    );
  });

  it('are not those of another database, unless all seem to be', () => {
    const order = (...names: string[]) => schemaFilesInOrder(names.map((name) => ({ name }))).map(({ name }) => name);
    assert.deepEqual(order('db/clickhouse/1.sql', 'db/1.sql', 'schema.sqlite.sql', 'db/oracles.sql'), [
      'db/1.sql',
      'db/oracles.sql',
    ]);
    assert.deepEqual(order('/home/me/from-mysql/2.sql', '/home/me/from-mysql/1.sql'), [
      '/home/me/from-mysql/1.sql',
      '/home/me/from-mysql/2.sql',
    ]);
  });

  for (const [tool, up, down] of [
    ['dbmate', '-- migrate:up', '-- migrate:down'],
    ['goose', '-- +goose Up', '-- +goose Down'],
    ['sql-migrate', '-- +migrate Up', '-- +migrate Down'],
    ['MyBatis', '', '-- //@UNDO'],
  ]) {
    it(`go forward only, as ${tool} marks it`, () => {
      const forward = forwardPart(`${up}\nCREATE TABLE t (id int);\n${down}\nDROP TABLE t;\n`);
      assert.match(forward, /CREATE TABLE t/);
      assert.doesNotMatch(forward, /DROP/);
    });
  }

  it('keep a comment that only talks of going down', () => {
    const text = '-- the count goes up and down\nCREATE TABLE t (id int);';
    assert.equal(forwardPart(text), text);
  });

  it('contribute what shapes plans', () => {
    for (const statement of [
      '-- users\nCREATE TABLE users (id int)',
      'alter table users add column x int',
      'SET search_path = app',
      'DO $$ BEGIN END $$',
      'CREATE OR REPLACE VIEW v AS SELECT 1',
    ]) {
      assert.ok(shapesPlans(statement), statement);
    }
    for (const statement of [
      'INSERT INTO users VALUES (1)',
      'SELECT 1',
      'BEGIN',
      'GRANT ALL ON users TO bob',
      'ALTER TABLE users OWNER TO bob',
      'CREATE ROLE bob',
      'CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION f()',
      'SET statement_timeout = 0',
      'COMMENT ON TABLE users IS $$x$$',
    ]) {
      assert.ok(!shapesPlans(statement), statement);
    }
  });

  it('build indexes without waiting for others, and need no pgcrypto', () => {
    assert.equal(withoutConcurrently('CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)'), 'CREATE UNIQUE INDEX  i ON t (a)');
    assert.ok(isDispensable('CREATE EXTENSION IF NOT EXISTS "pgcrypto"'));
    assert.ok(!isDispensable('CREATE EXTENSION citext'));
  });

  it('are named by the head of the statement that failed', () => {
    assert.equal(headOf('-- x\nCREATE TABLE IF NOT EXISTS posts (id int)'), 'CREATE TABLE IF NOT EXISTS posts');
    assert.equal(headOf('create index on posts (title)'), 'create index on posts');
    assert.equal(headOf('ALTER TABLE posts ADD x int'), 'ALTER TABLE posts');
  });
});
