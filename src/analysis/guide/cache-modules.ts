import type { CacheAside, CacheModule } from '../../code/caches/cache-aside';
import { normalized } from '../../code/resolve/paths';

/** With the paths of what is to be written as they are below the workspace's first folder that has them. */
export function withPathsBelow({ wraps, modules }: CacheAside, folders: readonly string[]): CacheAside {
  const roots = folders.map((folder) => `${normalized(folder).replace(/\/$/, '')}/`);
  const below = (path: string) => {
    const root = roots.find((one) => normalized(path).startsWith(one));
    return root === undefined ? undefined : normalized(path).slice(root.length);
  };
  const placed = (module: CacheModule): CacheModule => {
    const [path, packageFile] = [below(module.path), module.packageFile && below(module.packageFile)];
    return {
      ...module,
      ...(path !== undefined && { path }),
      ...(packageFile !== undefined && packageFile !== '' && { packageFile }),
    };
  };
  return { wraps, modules: Object.fromEntries(Object.entries(modules).map(([path, one]) => [path, placed(one)])) };
}
