import type { CacheModule } from '../../code/caches/cache-aside';

/** As the package's own tool adds to its package.json, wherever the terminal stands. */
export function installCommand({ manager, packageFile, workspaceFile }: CacheModule): string {
  const folder = folderOf(packageFile);
  if (manager === 'pnpm') return `pnpm${folder && ` --dir ${shellWord(folder)}`} add redis`;
  if (manager === 'yarn') return `yarn${folder && ` --cwd ${shellWord(folder)}`} add redis`;
  const root = folderOf(workspaceFile);
  const isMember = workspaceFile !== undefined && workspaceFile !== packageFile;
  const member = isMember ? ` --workspace ${shellWord(root === '' ? folder : folder.slice(root.length + 1))}` : '';
  const prefix = isMember ? root : folder;
  return `npm install redis${member}${prefix && ` --prefix ${shellWord(prefix)}`}`;
}

const folderOf = (packageFile = ''): string => packageFile.replace(/[/\\]?package\.json$/, '');

const shellWord = (path: string): string => (/^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
