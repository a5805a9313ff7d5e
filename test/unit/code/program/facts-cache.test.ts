import { deepEqual, equal } from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileFacts } from '../../../../src/code/facts/facts';
import { FactsCache } from '../../../../src/code/program/facts-cache';

const facts: FileFacts = {
  uri: '/a.ts',
  languageId: 'typescript',
  imports: [],
  exports: [],
  classes: [],
  functions: [],
};
const { uri: _, ...kept } = facts;

describe('Facts kept from one time to the next', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-facts-'));
    path = join(folder, 'deep', 'facts');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function written(): Promise<void> {
    const cache = await FactsCache.open(path, '1');
    cache.set('one', FactsCache.jsonOf(facts));
    cache.set('two', 'null');
    await cache.save();
  }

  it('are those of the same content, wherever it stands', async () => {
    await written();
    const cache = await FactsCache.open(path, '1');
    deepEqual(cache.hashes(), ['one', 'two']);
    deepEqual(cache.get('one'), kept);
    equal(cache.get('two'), null);
    equal(cache.get('three'), undefined);
    equal(FactsCache.hashOf('typescript', '/a.ts', 'x'), FactsCache.hashOf('typescript', '/b.ts', 'x'));
    equal(FactsCache.hashOf('typescript', '/a.ts', 'x') === FactsCache.hashOf('typescript', '/a.d.ts', 'x'), false);
  });

  it('are none of another version, of another kind of file, or where there is none', async () => {
    await written();
    deepEqual((await FactsCache.open(path, '2')).hashes(), []);
    deepEqual((await FactsCache.open(join(folder, 'none'), '1')).hashes(), []);
    await writeFile(path, 'something else\nwith lines\n');
    deepEqual((await FactsCache.open(path, '1')).hashes(), []);
    await writeFile(path, '');
    deepEqual((await FactsCache.open(path, '1')).hashes(), []);
  });

  it('are not taken from a line that was cut off or changed', async () => {
    await written();
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, -4));
    deepEqual((await FactsCache.open(path, '1')).hashes(), ['one']);
    await writeFile(path, text.replace('"typescript"', '"javascript"'));
    const cache = await FactsCache.open(path, '1');
    equal(cache.get('one'), undefined);
    equal(cache.get('two'), null);
  });

  it('are kept while they are used, and put in place at once', async () => {
    await written();
    const cache = await FactsCache.open(path, '1');
    cache.get('one');
    await cache.save();
    deepEqual((await FactsCache.open(path, '1')).hashes(), ['one']);
    deepEqual(await readdir(join(folder, 'deep')), ['facts']);
  });
});
