import type { CacheModule, PackageManager } from '../../code/caches/cache-aside';
import type { ModuleKind } from '../../code/caches/module-text';
import type { FileFacts } from '../../code/facts/facts';
import type { Program } from '../../code/program/program';
import { folderOf, joined, normalized } from '../../code/resolve/paths';
import { type ProjectFile, readPackageFile } from '../../code/resolve/project-files';
import { freeName } from '../batch/names';
import type { TextOf } from '../code-fixes';
import { quoted } from '../object-edit';

/** Where the cache is, or is to be, and how this file gets at it. */
export function moduleFor(
  file: FileFacts,
  text: string,
  { tracer, projectFiles }: Pick<Program, 'tracer' | 'projectFiles'>,
  textOf: TextOf,
): CacheModule {
  const path = normalized(file.uri);
  const packages = [...projectFiles.values()]
    .filter(({ uri }) => /(?:^|[/\\])package\.json$/.test(uri) && path.startsWith(`${folderOf(normalized(uri))}/`))
    .sort((a, b) => b.uri.length - a.uri.length);
  const [around] = packages;
  const root = around ? folderOf(normalized(around.uri)) : folderOf(path);
  const files = [...tracer.files.keys()].map(normalized).filter((one) => one.startsWith(`${root}/`));
  const isOurs = (one: string) => /\bchanging\b[\s\S]*:version:/.test(textOf(one) ?? '');
  const present = files.find((one) => /\/(?:query-)?cache\.service\.[cm]?[jt]s$/.test(one) && isOurs(one));
  const isConfigured = [...projectFiles.keys()].some((one) => normalized(one) === `${root}/tsconfig.json`);
  const kind = kindOf(files, isConfigured, around?.text, textOf);
  const quote = quoted(text, '').charAt(0);
  const at = present ?? placeOf(root, files, kind);
  const name = /\bcache\b[^;\n]*cache\.service/.test(text) ? 'cache' : freeName(text, 'cache');
  return {
    path: at,
    name,
    quote,
    isThere: present !== undefined,
    kind,
    ...(around && { packageFile: around.uri }),
    ...managedBy(packages),
    ...clientIn(around),
    ...prismaIn([...tracer.files.values()], root, at),
    ...importingOf(file, text, { at, name, quote, others: files.slice(0, 50).map((one) => textOf(one) ?? '') }),
  };
}

/** The nearest first: a package of a workspace is installed from there. */
function managedBy(packages: readonly ProjectFile[]): Pick<CacheModule, 'manager' | 'workspaceFile'> {
  const named = packages.map(({ text }) => /"packageManager"\s*:\s*"(pnpm|yarn|npm)@/.exec(text)?.[1]);
  const manager = named.find((one): one is PackageManager => one !== undefined) ?? 'npm';
  const workspace = packages.slice(1).find(({ text }) => /"workspaces"\s*:\s*[[{]/.test(text));
  return { manager, ...(workspace && { workspaceFile: workspace.uri }) };
}

function clientIn(packageFile: ProjectFile | undefined): Pick<CacheModule, 'hasClient' | 'oldClient'> {
  const hasClient = (packageFile && readPackageFile(packageFile)?.dependencies.includes('redis')) === true;
  const [, version = ''] = /"redis"\s*:\s*"[^"\d]*(\d+)/.exec(packageFile?.text ?? '') ?? [];
  return { hasClient, ...(hasClient && /^[0-3]$/.test(version) && { oldClient: version }) };
}

/** Where the package imports Prisma's client, as the module is to do. */
function prismaIn(files: readonly FileFacts[], root: string, at: string): Pick<CacheModule, 'prismaFrom'> {
  for (const { uri, imports } of files) {
    if (!normalized(uri).startsWith(`${root}/`)) continue;
    for (const { name, from } of imports) {
      if (!/^Prisma(?:Client)?$/.test(name)) continue;
      if (!from.startsWith('.')) return { prismaFrom: from };
      const path = joined(folderOf(normalized(uri)), from);
      // What the client was generated of imports its own parts.
      if (!/\/internal\//.test(path)) return { prismaFrom: pathBetween(folderOf(at), path) };
    }
  }
  return {};
}

/** In the folder of the other services, else beside them, in `src` where there is one. */
function placeOf(root: string, files: readonly string[], kind: ModuleKind): string {
  const folders = files
    .map(folderOf)
    .filter((folder) => /\/services?$/.test(folder) && !/\/(?:test|tests|scripts)\//.test(folder));
  const [own] = folders.sort((a, b) => a.length - b.length);
  const hasSource = files.some((one) => one.startsWith(`${root}/src/`));
  const folder = own ?? joined(root, hasSource ? 'src/services' : 'services');
  const extension = kind === 'typescript' ? 'ts' : 'js';
  const plain = `${folder}/cache.service.${extension}`;
  return files.includes(plain) ? `${folder}/query-cache.service.${extension}` : plain;
}

/** TypeScript where it is configured, or most files are; else by package.json, and where that says nothing by how files import. */
function kindOf(
  files: readonly string[],
  isConfigured: boolean,
  packageText: string | undefined,
  textOf: TextOf,
): ModuleKind {
  const typed = files.filter((one) => /\.[cm]?tsx?$/.test(one) && !one.endsWith('.d.ts')).length;
  if (typed > files.length / 2 || (isConfigured && typed > 0)) return 'typescript';
  if (packageText !== undefined && /"type"\s*:\s*"module"/.test(packageText)) return 'esm';
  const scripts = files.filter((one) => /\.jsx?$/.test(one)).slice(0, 20);
  return scripts.some((one) => isEsm(textOf(one) ?? '')) ? 'esm' : 'commonjs';
}

const isEsm = (text: string): boolean => /^(?:import\s[^(]|import\s*['"]|export\s)/m.test(text);

function importingOf(
  file: FileFacts,
  text: string,
  { at, name, quote, others }: { at: string; name: string; quote: string; others: readonly string[] },
): Pick<CacheModule, 'importing'> {
  if (/\bcache\b[^;\n]*cache\.service/.test(text)) return {};
  const semicolon = /;[ \t]*\r?\n/.test(text) || !text.includes('\n') ? ';' : '';
  const bound = (separator: string) => (name === 'cache' ? 'cache' : `cache${separator}${name}`);
  const from = `${quote}${relative(folderOf(normalized(file.uri)), at, [text, ...others], file)}${quote}`;
  const line = isEsm(text)
    ? `import { ${bound(' as ')} } from ${from}${semicolon}`
    : `const { ${bound(': ')} } = require(${from})${semicolon}`;
  const last = lastImport(text);
  if (last === undefined) {
    const start = /^(?:#![^\n]*\n)?(?:['"]use strict['"];?\r?\n)?/.exec(text)?.[0].length ?? 0;
    return { importing: { range: { start, end: start }, newText: `${line}\n` } };
  }
  return { importing: { range: { start: last, end: last }, newText: `\n${line}` } };
}

/** Behind the last import or require at the top of a file. */
export function lastImport(text: string): number | undefined {
  const all = [
    ...text.matchAll(/^import\b[^;'"]*?(?:from\s*)?['"][^'"\n]*['"];?/gm),
    ...text.matchAll(/^(?:const|let|var)\s+[^=;]+=\s*require\(\s*['"][^'"]+['"]\s*\)[^;\n]*;?/gm),
  ];
  const ends = all.map(({ index, 0: found }) => index + found.length);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** In the way in which the file names its neighbours, or others of the package theirs. */
function relative(from: string, to: string, texts: readonly string[], { languageId }: FileFacts): string {
  const path = pathBetween(from, to);
  const bare = path.replace(/\.[cm]?[jt]s$/, '');
  const extension = path.slice(bare.length);
  const [own = ''] = texts;
  if (!isEsm(own)) return bare;
  const written = texts
    .filter(isEsm)
    .map(extensionsIn)
    .find((found) => found.length > 0);
  if (!written) return /^typescript/.test(languageId) ? bare : path;
  if (written.every((one) => one === undefined)) return bare;
  // TypeScript names the file that will be there.
  return extension === '.ts' && !written.includes('.ts') ? `${bare}.js` : path;
}

/** With which a text names its neighbours; undefined for none. */
function extensionsIn(text: string): (string | undefined)[] {
  const named = text.matchAll(/(?:from|require\(|import)\s*['"]\.{1,2}\/[^'"]*?(\.[cm]?[jt]s)?['"]/g);
  return [...named].map(([, one]) => one);
}

/** `./services/cache.service.ts`, `../lib/cache.service.ts` */
function pathBetween(from: string, to: string): string {
  const [start, end] = [from.split('/'), to.split('/')];
  let same = 0;
  while (same < start.length && start[same] === end[same]) same++;
  const up = start.slice(same).map(() => '..');
  return [...(up.length > 0 ? up : ['.']), ...end.slice(same)].join('/');
}
