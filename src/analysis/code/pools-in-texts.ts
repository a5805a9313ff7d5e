import type { FileRoles } from '../../code/file-roles';
import { type GoFile, goPools } from '../../code/pools/go';
import type { PoolUse } from '../../code/pools/pool-use';

/** Pools in languages of which only the text is read. */
export async function poolsInTexts(
  paths: readonly string[],
  roles: FileRoles,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<PoolUse[]> {
  const files: GoFile[] = [];
  for (const path of paths) {
    if (!path.endsWith('.go') || roles.isAside(path)) continue;
    const text = await textOf(path);
    if (text !== undefined) files.push({ path, text });
  }
  return goPools(files);
}
