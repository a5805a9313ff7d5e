import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFixed } from '../support/recorded-fixes';

/** The tests need no Python: prove.py beside the files has run before.py and after.py, with the same results and few statements. */
describe('One query for all rows, in Python', () => {
  for (const library of ['python', 'sqlalchemy']) {
    const folder = join(import.meta.dirname, 'recorded', library);

    it(`is written as it was proved with ${library === 'python' ? 'Django' : 'SQLAlchemy'}`, async () => {
      const after = await readFile(join(folder, 'fixes/after.py'), 'utf8');
      assert.equal(await readFixed(folder, 'fixes/before.py'), after);
    });

    it(`is not written where the result might be another one: ${library === 'python' ? 'Django' : 'SQLAlchemy'}`, async () => {
      const kept = await readFile(join(folder, 'fixes/kept.py'), 'utf8');
      assert.equal(await readFixed(folder, 'fixes/kept.py'), kept);
    });
  }
});
