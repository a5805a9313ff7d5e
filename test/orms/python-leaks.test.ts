import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeFixes } from '../../src/fixes/code-fixes';
import { codeFindingsIn } from '../support/code-findings';
import { afterFix } from '../support/fixes-of';

const folder = join(import.meta.dirname, 'recorded/python-pools');

/** The test needs no Python: prove.py beside the files has run them with pools of two, and before.py ran out of connections. */
describe('connections that Python does not give back', () => {
  it('are seen each, and given back as it was proved with psycopg2 and SQLAlchemy', async () => {
    const path = '/app/before.py';
    let text = await readFile(join(folder, 'before.py'), 'utf8');
    const leaks = async () =>
      (await codeFindingsIn({ [path]: text })).filter(({ finding }) => finding.rule === 'connection-leak');
    const seen = await leaks();
    assert.equal(seen.length, 7);
    for (const _ of seen) {
      const [fix] = (await leaks()).flatMap((one) => codeFixes(one, () => text));
      assert.ok(fix, 'there is a fix');
      text = afterFix(fix, text);
    }
    assert.equal(text, await readFile(join(folder, 'after.py'), 'utf8'));
    assert.deepEqual(await leaks(), []);
  });
});
