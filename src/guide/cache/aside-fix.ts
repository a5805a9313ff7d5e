import { type CacheModule, type CacheWrap, isRefused, type WrappedWrite } from '../../code/caches/cache-aside';
import { cacheModuleText } from '../../code/caches/module-text';
import type { CommandFix, FileFix, GuideFix } from '../../nouns/check';
import type { DocumentEdit, EditFix } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import type { WorkspaceFacts, WorkspaceQuery } from '../facts';
import { senderOf } from '../support/statements';
import { type Candidate, isSameTable } from './candidate';
import { installCommand } from './install-command';

/** The module, the command that installs its client, and the edit: around the query, and around every write of its tables. */
export function cacheAsideFixes(candidate: Candidate, workspace: WorkspaceFacts): GuideFix[] {
  if (whyNoFix(candidate, workspace).length > 0) return [];
  const edit = editFor(candidate, workspace);
  if (!edit) return [];
  const { modules = {} } = workspace.cacheAside ?? {};
  const used = edit.edits.flatMap(({ uri = '' }) => modules[uri] ?? []);
  // Packages of one workspace have a module each.
  const distinct = new Map(used.map((module) => [module.path, module]));
  return [...[...distinct.values()].flatMap(moduleFixes), edit];
}

/** Sentences; none where it can be done. */
export function whyNoFix(candidate: Candidate, workspace: WorkspaceFacts): string[] {
  const { reads, writes } = wrapsOf(candidate, workspace);
  if (reads.length === 0) return ['The calls that send it are of a library or a language whose calls are not edited.'];
  const asks = reads.flatMap(({ wrap }) =>
    !wrap?.reads ? ['Its call is not read.'] : isRefused(wrap.reads) ? [wrap.reads.refused] : [],
  );
  const changes = writes.flatMap(({ query, wrap }) => {
    const why = !wrap?.writes
      ? 'its call is not one that can be edited.'
      : isRefused(wrap.writes)
        ? wrap.writes.refused
        : undefined;
    return why === undefined ? [] : [`What ${placeOf(query)} writes cannot be told to the cache: ${why}`];
  });
  const { modules = {} } = workspace.cacheAside ?? {};
  const old = [...reads, ...writes].flatMap(({ query }) => modules[query.path]?.oldClient ?? []);
  const clients = old.map(
    (version) => `package.json names redis ${version}, whose calls give no promises: 4 is the least.`,
  );
  return [...new Set([...asks, ...changes, ...clients])];
}

interface WrappedQuery {
  readonly query: WorkspaceQuery;
  readonly wrap: CacheWrap | undefined;
}

function wrapsOf({ row, tables }: Candidate, { queries, cacheAside }: WorkspaceFacts) {
  const wrapOf = (query: WorkspaceQuery): WrappedQuery => ({
    query,
    wrap: cacheAside?.wraps.find(({ path, range }) => path === query.path && isSame(range, query.range)),
  });
  const isProgram = ({ path, isAside }: WorkspaceQuery) => !isAside && !path.endsWith('.sql');
  const reads = row.places.filter(isProgram).map(wrapOf);
  const writes = queries.filter((query) => isProgram(query) && writtenOf(query, tables).length > 0).map(wrapOf);
  return { reads, writes };
}

const writtenOf = ({ writes }: WorkspaceQuery, tables: readonly string[]): string[] =>
  tables.filter((own) => writes.some((name) => isSameTable(own, name)));

function editFor(candidate: Candidate, workspace: WorkspaceFacts): EditFix | undefined {
  const { row, tables, lifetime } = candidate;
  const { reads, writes } = wrapsOf(candidate, workspace);
  const { modules = {} } = workspace.cacheAside ?? {};
  const edits: DocumentEdit[] = [];
  const around = (uri: string, { start, end }: TextRange, before: string, after: string) => {
    edits.push(
      { uri, range: { start, end: start }, newText: before },
      { uri, range: { start: end, end }, newText: after },
    );
  };
  const wrappedReads = new Set<CacheWrap>();
  for (const { query, wrap } of reads) {
    const module = modules[query.path];
    if (!wrap?.reads || isRefused(wrap.reads) || !module) return undefined;
    // Of one call there may be several statements.
    if (wrappedReads.has(wrap)) continue;
    wrappedReads.add(wrap);
    const { wrapped, key, before, after } = wrap.reads;
    const keys = key.map((one, i) => (i === 0 ? one.replaceAll("'", module.quote) : one));
    const options = `{ key: [${keys.join(', ')}], tables: ${listed(tables, module.quote)}, seconds: ${lifetime} }`;
    around(query.path, wrapped, `${module.name}.read(${options}, async () => ${before}`, `${after})`);
  }
  // Several writes of one transaction are one.
  const changes = new Map<string, WrappedWrite & { path: string; names: Set<string> }>();
  for (const { query, wrap } of writes) {
    if (!wrap?.writes || isRefused(wrap.writes)) return undefined;
    const { wrapped, told } = wrap.writes;
    const names = writtenOf(query, tables).filter((name) => !told.includes(name));
    if (names.length === 0) continue;
    const id = `${query.path}:${wrapped.start}:${wrapped.end}`;
    const one = changes.get(id) ?? { ...wrap.writes, path: query.path, names: new Set() };
    changes.set(id, one);
    for (const name of names) one.names.add(name);
  }
  for (const { path, wrapped, listEnd, names } of changes.values()) {
    const module = modules[path];
    if (!module) return undefined;
    if (listEnd !== undefined) {
      const more = [...names].map((name) => `, ${module.quote}${name}${module.quote}`).join('');
      edits.push({ uri: path, range: { start: listEnd, end: listEnd }, newText: more });
      continue;
    }
    around(path, wrapped, `${module.name}.changing(${listed([...names], module.quote)}, async () => `, ')');
  }
  for (const path of new Set(edits.map(({ uri }) => uri ?? ''))) {
    const { importing } = modules[path] ?? {};
    if (importing) edits.push({ uri: path, ...importing });
  }
  const places = changes.size === 1 ? '1 place' : `${changes.size} places`;
  return {
    kind: 'edit',
    title: `Keep what ${senderOf(row)} asks for ${lifetime} s at most, and tell the cache at ${places} that ${changes.size === 1 ? 'writes' : 'write'} ${tables.join(', ')}`,
    edits,
    note: 'What other programs, triggers and cascades write is seen after the lifetime only.',
  };
}

const listed = (names: readonly string[], quote: string): string =>
  `[${names.map((name) => `${quote}${name}${quote}`).join(', ')}]`;

function moduleFixes(module: CacheModule): (FileFix | CommandFix)[] {
  const { path, folder, isThere, hasClient } = module;
  const file: FileFix[] = isThere
    ? []
    : [
        {
          kind: 'file',
          title: `Write ${baseName(path)}: one connection to Redis, one load at a time, and versions of tables`,
          files: [{ path, ...(folder !== undefined && { folder }), content: cacheModuleText(module) }],
          placeholders: [],
          note: 'It connects to the address in REDIS_URL, and works without a cache where that is absent or cannot be reached.',
        },
      ];
  const command: CommandFix[] = hasClient
    ? []
    : [
        {
          kind: 'command',
          title: 'Install the client of Redis, which adds it to package.json',
          command: installCommand(module),
          placeholders: [],
        },
      ];
  return [...file, ...command];
}

const placeOf = ({ path, inFunction }: WorkspaceQuery): string =>
  inFunction === undefined ? baseName(path) : `${inFunction} in ${baseName(path)}`;

const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const isSame = (one: TextRange, other: TextRange): boolean => one.start === other.start && one.end === other.end;
