import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QueryPlaces } from '../../src/code/calls/query-places';
import type { FileFacts } from '../../src/code/facts/facts';
import { filesBelow } from '../../src/code/files-below';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import { languageOf } from '../../src/code/language-of';
import type { QuerySite } from '../../src/nouns/query-site';
import type { SqlParser } from '../../src/sql/parser';
import { factsReader } from './orm-calls';
import type { OracleCase } from './same-sql';
import { wholePaths } from './whole-paths';

const applications = join(import.meta.dirname, '../orms/apps');
const grammarFolder = join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');

/** The statements around which a transaction is no query of the program. */
const isControl = /^\s*(?:begin|commit|rollback|savepoint|release)\b/i;

/**
 * Runs the `cases` of an application that sends SQL text, and finds the query sites in its files: those of the function that
 * a case is named by. Several texts of one call are forms of it.
 */
export async function sqlTextCases(
  library: string,
  parser: SqlParser,
  /** What a library writes out that others send as a parameter, made a parameter. */
  bound: (sql: string) => string = (sql) => sql,
): Promise<OracleCase[]> {
  const { cases } = (await import(join(applications, library, 'cases'))) as {
    readonly cases: Readonly<Record<string, () => unknown>>;
  };
  const { sent, end } = (await import(join(applications, library, 'recorder'))) as {
    readonly sent: { sql: string }[];
    readonly end?: () => Promise<unknown>;
  };
  const sites = await sitesByFunction(join(applications, library), parser);
  const all: OracleCase[] = [];
  for (const [name, run] of Object.entries(cases)) {
    sent.length = 0;
    await run();
    all.push({
      name,
      real: sent.map(({ sql }) => bound(sql)),
      ours: combinations(sites.get(name.replace(/#.*/, '')) ?? []),
    });
  }
  await end?.();
  return all;
}

export async function sitesByFunction(folder: string, parser: SqlParser): Promise<Map<string, QuerySite[]>> {
  const finder = await QuerySiteFinder.load({ parser, grammarFolder, roles: wholePaths });
  const reader = await factsReader();
  const found = new Map<string, QuerySite[]>();
  for await (const path of filesBelow(
    folder,
    (name) => /\.[jt]s$/.test(name),
    () => undefined,
  )) {
    const languageId = languageOf(path);
    if (languageId === undefined) continue;
    const document = { uri: path, languageId, text: await readFile(path, 'utf8') };
    const facts = reader.read(document);
    if (facts === undefined) continue;
    const sites = finder.find(document).filter((site) => !isControl.test(site.sql));
    for (const { at, site } of new QueryPlaces(facts, [], sites).all) {
      const name = nameAround(facts, at.function);
      const known = found.get(name) ?? [];
      if (site !== undefined && !known.includes(site)) found.set(name, [...known, site]);
    }
  }
  return found;
}

function combinations(sites: readonly QuerySite[]): string[][] {
  const calls = new Map<number, string[]>();
  for (const site of sites) calls.set(site.range.start, [...(calls.get(site.range.start) ?? []), site.sql]);
  if (calls.size === 0) return [];
  return [...calls.values()].reduce<string[][]>(
    (all, forms) => all.flatMap((before) => forms.map((sql) => [...before, sql])),
    [[]],
  );
}

function nameAround(file: FileFacts, id: number): string {
  for (let at: number | undefined = id; at !== undefined; at = file.functions[at]?.parent) {
    const name = file.functions[at]?.name ?? '';
    if (name !== '') return name;
  }
  return '';
}
