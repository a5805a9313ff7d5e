import assert from 'node:assert/strict';
import { isSchemaFile } from '../../../src/code/schema-files';

describe('a schema file', () => {
  const yes: [string, string][] = [
    ['migrations/10_tags.sql', 'CREATE TABLE tags (id int);'],
    ['db/structure.sql', '-- people\ncreate unlogged table users (id int);'],
    ['schema.sql', "SET client_encoding = 'UTF8';\nALTER TABLE ONLY users ADD PRIMARY KEY (id);"],
  ];
  const no: [string, string][] = [
    ['reports/monthly.sql', 'SELECT count(*) FROM users;'],
    ['notes.txt', 'CREATE TABLE x (id int);'],
    ['test/tables.sql', 'CREATE TABLE x (id int);'],
    ['db/seeds/1.sql', 'CREATE TABLE x (id int);'],
  ];
  for (const [name, text] of yes) it(`is ${name}`, () => assert.equal(isSchemaFile({ name, text }), true));
  for (const [name, text] of no) it(`is not ${name}`, () => assert.equal(isSchemaFile({ name, text }), false));
});
