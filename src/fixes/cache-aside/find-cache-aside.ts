import type { CacheAside, CacheModule, CacheWrap } from '../../code/caches/cache-aside';
import type { Program } from '../../code/program/program';
import { fileNameOf, folderOf, normalized } from '../../code/resolve/paths';
import type { TextRange } from '../../nouns/text-range';
import type { TextOf } from '../code-fixes';
import { moduleFor } from './cache-module';
import { wrapOf } from './wraps';

/** A statement that the program sends; several of one place are several. */
export interface SentStatement {
  readonly path: string;
  readonly range: TextRange;
  readonly library: string;
  readonly readsOnly: boolean;
  readonly writes: readonly string[];
}

/** What can be put behind a cache, and what cannot with the reason. Only what JavaScript and TypeScript send. */
export function findCacheAside(
  program: Pick<Program, 'tracer' | 'projectFiles'>,
  statements: readonly SentStatement[],
  textOf: TextOf,
): CacheAside {
  const wraps = new Map<string, CacheWrap>();
  const modules: Record<string, CacheModule> = {};
  const taken = new Set<string>();
  const packages = [...program.projectFiles.keys()].filter((one) => /(?:^|[/\\])package\.json$/.test(one));
  const isMonorepo = packages.length > 1;
  const idOf = ({ path, range }: SentStatement) => `${path}:${range.start}:${range.end}`;
  const writing = new Set(statements.filter(({ writes }) => writes.length > 0).map(idOf));
  for (const all of statements) {
    // A call that writes reads only what it has written.
    const statement = writing.has(idOf(all)) ? { ...all, readsOnly: false } : all;
    const { path } = statement;
    const file = program.tracer.files.get(path);
    const text =
      file && /^(?:java|type)script/.test(file.languageId) && !program.tracer.roles.isAside(path)
        ? textOf(path)
        : undefined;
    if (!file || text === undefined) continue;
    modules[path] ??= moduleFor(file, text, program, textOf);
    const id = idOf(statement);
    const { name: cache, packageFile } = modules[path];
    const known = wraps.get(id);
    // One call that sends several statements is wrapped once.
    if (known && (known.reads || !statement.readsOnly) && (known.writes || statement.writes.length === 0)) continue;
    const wrap = wrapOf(statement, { file, text, cache, prefix: prefixOf(path, packageFile, isMonorepo), taken });
    wraps.set(id, { ...wrap, ...known });
  }
  return { wraps: [...wraps.values()], modules };
}

/** `/app/src/services/posts.js` → `services/posts.`; of several packages, which may share one Redis, `app/services/posts.` */
function prefixOf(path: string, packageFile: string | undefined, isMonorepo: boolean): string {
  const folder = packageFile === undefined ? '' : folderOf(normalized(packageFile));
  const own = normalized(path);
  const below = folder !== '' && own.startsWith(`${folder}/`) ? own.slice(folder.length + 1) : own;
  const name = isMonorepo && folder !== '' ? `${fileNameOf(folder)}/` : '';
  return `${name}${below
    .replace(/^src\//, '')
    .replace(/\.\w+$/, '')
    .replace(/['"\\]/g, '')}.`;
}
