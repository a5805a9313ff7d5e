import assert from 'node:assert/strict';
import { withoutPasswords } from '../../../src/report/console';

describe('what is said beside the report', () => {
  const said: Record<string, string> = {
    'no postgres://me:secret@host/db here': 'no postgres://me:***@host/db here',
    'postgresql://me:se@cr/et@host:5432/db?x=1': 'postgresql://me:***@host:5432/db?x=1',
    'postgres://me@host/db?user=me&password=secret&sslmode=require':
      'postgres://me@host/db?user=me&password=***&sslmode=require',
    'blog@localhost:5432 asks for a password.': 'blog@localhost:5432 asks for a password.',
    'https://www.postgresql.org/docs/ says more.': 'https://www.postgresql.org/docs/ says more.',
  };
  for (const [text, expected] of Object.entries(said)) {
    it(`holds no password: ${expected}`, () => assert.equal(withoutPasswords(text), expected));
  }
});
