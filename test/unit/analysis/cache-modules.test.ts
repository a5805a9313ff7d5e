import assert from 'node:assert/strict';
import { withPathsBelow } from '../../../src/analysis/guide/cache-modules';
import type { CacheModule } from '../../../src/code/caches/cache-aside';
import { installCommand } from '../../../src/guide/cache/install-command';

const moduleIn = (folder: string, more: Partial<CacheModule> = {}): CacheModule => ({
  path: `${folder}/src/cache.service.js`,
  packageFile: `${folder}/package.json`,
  name: 'cache',
  quote: "'",
  kind: 'esm',
  manager: 'npm',
  isThere: false,
  hasClient: false,
  ...more,
});

/** As the checks get it. */
function placed(module: CacheModule, folders: readonly string[]): CacheModule {
  const { modules } = withPathsBelow({ wraps: [], modules: { '/a/b.js': module } }, folders);
  return modules['/a/b.js'] as CacheModule;
}

describe('the module of a cache in a workspace', () => {
  it('is below its only folder', () => {
    const { path, folder, packageFile } = placed(moduleIn('/work/shop'), ['/work/shop']);
    assert.deepEqual([path, folder, packageFile], ['src/cache.service.js', undefined, 'package.json']);
  });

  it('is in the folder whose code is edited, of several', () => {
    const folders = ['/work/shop', '/work/shop-admin/'];
    const { path, folder } = placed(moduleIn('/work/shop-admin/api'), folders);
    assert.deepEqual([path, folder], ['api/src/cache.service.js', '/work/shop-admin/']);
    assert.equal(placed(moduleIn('/work/shop'), folders).folder, undefined);
  });

  it('has its client installed there, by what the package is managed with', () => {
    const command = (module: CacheModule, folders = ['/work/shop', '/work/my admin']) =>
      installCommand(placed(module, folders));
    assert.equal(command(moduleIn('/work/shop')), 'npm install redis');
    assert.equal(command(moduleIn('/work/shop/api')), 'npm install redis --prefix api');
    // Commands are run in the first folder.
    assert.equal(command(moduleIn('/work/my admin')), "npm install redis --prefix '/work/my admin'");
    const member = { workspaceFile: '/work/shop/package.json' };
    assert.equal(command(moduleIn('/work/shop/apps/api', member)), 'npm install redis --workspace apps/api');
    assert.equal(command(moduleIn('/work/shop/api', { manager: 'pnpm' })), 'pnpm --dir api add redis');
    assert.equal(command(moduleIn('/work/shop', { manager: 'yarn' })), 'yarn add redis');
  });
});
