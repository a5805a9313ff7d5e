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
    const { path, folder, packageFile } = placed(moduleIn('/home/ada/shop'), ['/home/ada/shop']);
    assert.deepEqual([path, folder, packageFile], ['src/cache.service.js', undefined, 'package.json']);
  });

  it('is in the folder whose code is edited, of several', () => {
    const folders = ['/home/ada/shop', '/home/ada/shop-admin/'];
    const { path, folder } = placed(moduleIn('/home/ada/shop-admin/api'), folders);
    assert.deepEqual([path, folder], ['api/src/cache.service.js', '/home/ada/shop-admin/']);
    assert.equal(placed(moduleIn('/home/ada/shop'), folders).folder, undefined);
  });

  it('has its client installed there, by what the package is managed with', () => {
    const command = (module: CacheModule, folders = ['/home/ada/shop', '/home/ada/my admin']) =>
      installCommand(placed(module, folders));
    assert.equal(command(moduleIn('/home/ada/shop')), 'npm install redis');
    assert.equal(command(moduleIn('/home/ada/shop/api')), 'npm install redis --prefix api');
    // Commands are run in the first folder.
    assert.equal(command(moduleIn('/home/ada/my admin')), "npm install redis --prefix '/home/ada/my admin'");
    const member = { workspaceFile: '/home/ada/shop/package.json' };
    assert.equal(command(moduleIn('/home/ada/shop/apps/api', member)), 'npm install redis --workspace apps/api');
    assert.equal(command(moduleIn('/home/ada/shop/api', { manager: 'pnpm' })), 'pnpm --dir api add redis');
    assert.equal(command(moduleIn('/home/ada/shop', { manager: 'yarn' })), 'yarn add redis');
  });
});
