import assert from 'node:assert/strict';
import { withoutConstants } from '../../../src/sql/without-constants';

describe('a statement without its constants', () => {
  it('keeps names and parameters', () => {
    assert.equal(
      withoutConstants(`SELECT "a b", t1.c FROM t1 WHERE id = $1 AND n = 42 AND s = 'x''y'`),
      `SELECT "a b", t1.c FROM t1 WHERE id = $1 AND n = … AND s = '…'`,
    );
  });

  it('hides passwords, however they are quoted', () => {
    for (const quoted of ["'secret'", "E'se\\'cret'", '$$secret$$', '$a$ secret $a$', "U&'secret'"]) {
      assert.doesNotMatch(withoutConstants(`ALTER ROLE blog PASSWORD ${quoted}`), /secret|cret/);
    }
  });

  it('hides what is cut off in the middle of a text or a comment', () => {
    assert.equal(withoutConstants("SELECT 'a secr"), "SELECT '…'");
    assert.equal(withoutConstants('SELECT 1 /* user=secr'), 'SELECT …');
  });
});
