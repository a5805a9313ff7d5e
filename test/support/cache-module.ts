import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheModuleText, type ModuleKind } from '../../src/code/caches/module-text';

export interface GeneratedCache {
  read<T>(
    question: { key: readonly unknown[]; tables: readonly string[]; seconds: number },
    load: () => Promise<T>,
  ): Promise<T>;
  changing<T>(tables: readonly string[], write: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');

/** A folder with these files; `modules`: the folder of packages that it has. */
export async function programFolder(files: Readonly<Record<string, string>>, modules?: string): Promise<string> {
  const folder = await mkdtemp(join(os.tmpdir(), 'planlight-cache-'));
  if (modules !== undefined) await symlink(join(root, modules), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

const types: Readonly<Record<ModuleKind, string>> = { commonjs: 'commonjs', esm: 'module', typescript: 'module' };

/** The file's name and what stands in it, with the package.json beside it. */
export function cacheFiles(kind: ModuleKind): Record<string, string> {
  const extension = kind === 'typescript' ? 'ts' : 'js';
  return {
    'package.json': JSON.stringify({ type: types[kind] }),
    [`cache.service.${extension}`]: cacheModuleText({ kind }),
  };
}

/** The class of the generated module, as a program of that kind gets it. */
export async function cacheClass(kind: ModuleKind, folder: string): Promise<new (url?: string) => GeneratedCache> {
  const path = join(folder, `cache.service.${kind === 'typescript' ? 'ts' : 'js'}`);
  const loaded: unknown = kind === 'commonjs' ? createRequire(path)(path) : await import(pathToFileURL(path).href);
  return (loaded as { CacheService: new (url?: string) => GeneratedCache }).CacheService;
}
