import assert from 'node:assert/strict';
import { schemaFiles } from '../../../src/code/schema-files';

const names = (files: { name: string; text: string }[]) => schemaFiles(files).map((file) => file.name);

describe('schema files', () => {
  it('are the .sql files that define something, in the order of their numbers', () => {
    const files = [
      { name: 'migrations/10_tags.sql', text: 'CREATE TABLE tags (id int);' },
      { name: 'migrations/2_users.sql', text: '-- people\ncreate unlogged table users (id int);' },
      { name: 'reports/monthly.sql', text: 'SELECT count(*) FROM users;' },
      { name: 'notes.txt', text: 'CREATE TABLE x (id int);' },
    ];
    assert.deepEqual(names(files), ['migrations/2_users.sql', 'migrations/10_tags.sql']);
  });

  it('are not rollbacks, seeds or fixtures', () => {
    const text = 'ALTER TABLE users ADD name text;';
    const files = ['1_users.down.sql', 'seeds/1.sql', 'db/down/1.sql', 'test/schema.sql'].map((name) => ({ name, text }));
    assert.deepEqual(names(files), []);
  });
});
