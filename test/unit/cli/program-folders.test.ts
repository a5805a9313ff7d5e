import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programFolders } from '../../../src/cli/program-folders';

describe('The folder of a program', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'planlight-folders-'));
    await mkdir(join(root, 'app/models'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  const of = () => programFolders([join(root, 'app/models/post.rb')]);

  for (const manifest of ['package.json', 'Gemfile']) {
    it(`is that of ${manifest}, also where the repository begins there`, async () => {
      await writeFile(join(root, manifest), '');
      assert.deepEqual(await of(), [root]);
      await mkdir(join(root, '.git'));
      assert.deepEqual(await of(), [root]);
    });
  }

  it('is the repository around a package', async () => {
    await writeFile(join(root, 'app/Gemfile'), '');
    await mkdir(join(root, '.git'));
    assert.deepEqual(await of(), [root]);
  });

  it('is that of a package inside another, unless that one counts it among its workspaces', async () => {
    await writeFile(join(root, 'package.json'), '{ "name": "outer" }');
    await writeFile(join(root, 'app/package.json'), '{ "name": "inner" }');
    await mkdir(join(root, '.git'));
    assert.deepEqual(await of(), [join(root, 'app')]);
    await writeFile(join(root, 'package.json'), '{ "name": "outer", "workspaces": ["app"] }');
    assert.deepEqual(await of(), [root]);
  });

  it("is the file's own where no package is around it", async () => {
    await mkdir(join(root, '.git'));
    assert.deepEqual(await of(), [join(root, 'app/models')]);
  });
});
