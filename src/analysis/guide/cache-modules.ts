import type { CacheAside, CacheModule } from '../../code/caches/cache-aside';
import { normalized } from '../../code/resolve/paths';

/**
 * With the paths of what is to be written as they are below the workspace's folder that the code is in: of several folders that is
 * not always the first, where commands are run.
 */
export function withPathsBelow({ wraps, modules }: CacheAside, folders: readonly string[]): CacheAside {
  const [first = ''] = folders;
  const below = (path: string, folder: string) => normalized(path).slice(rootOf(folder).length);
  const placed = (module: CacheModule): CacheModule => {
    const folder = folders.find((one) => normalized(module.path).startsWith(rootOf(one)));
    if (folder === undefined) return module;
    const { packageFile, workspaceFile } = module;
    const relative = (path: string) => (folder === first ? below(path, folder) : path);
    return {
      ...module,
      path: below(module.path, folder),
      ...(folder !== first && { folder }),
      ...(packageFile !== undefined && { packageFile: relative(packageFile) }),
      ...(workspaceFile !== undefined && { workspaceFile: relative(workspaceFile) }),
    };
  };
  return { wraps, modules: Object.fromEntries(Object.entries(modules).map(([path, one]) => [path, placed(one)])) };
}

const rootOf = (folder: string): string => `${normalized(folder).replace(/\/$/, '')}/`;
