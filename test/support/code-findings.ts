import { join } from 'node:path';
import { type CallFacts, readCallFacts } from '../../src/code/calls/call-facts';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import type { FoundCall } from '../../src/code/orms/orm';
import { orms } from '../../src/code/orms/orms';
import type { QuerySite } from '../../src/nouns/query-site';
import type { CodeContext, LocatedFinding } from '../../src/rules/code-rule';
import { judgeCalls } from '../../src/rules/code-rules';
import { SqlParser } from '../../src/sql/parser';
import { ormCallsIn } from './orm-calls';
import { wholePaths } from './whole-paths';

const grammarFolder = join(import.meta.dirname, '../../dist/grammars');
let finder: Promise<QuerySiteFinder> | undefined;

async function siteFinder(): Promise<QuerySiteFinder> {
  finder ??= SqlParser.load().then((parser) => QuerySiteFinder.load({ parser, grammarFolder, roles: wholePaths }));
  return finder;
}

/** What is known of a program that is written in the test: path → text. */
export async function callFactsIn(texts: Readonly<Record<string, string>>): Promise<CallFacts> {
  const { program } = await ormCallsIn(texts);
  const sql = await siteFinder();
  const calls = new Map<string, readonly FoundCall[]>();
  const sites = new Map<string, readonly QuerySite[]>();
  for (const uri of program.files.keys()) {
    calls.set(uri, program.callsOf(uri));
    const languageId = uri.endsWith('.ts') ? 'typescript' : uri.endsWith('.js') ? 'javascript' : undefined;
    if (languageId) sites.set(uri, sql.find({ uri, languageId, text: texts[uri] ?? '' }));
  }
  return readCallFacts({ tracer: program.tracer, models: program.models, orms, calls, sites });
}

/** What the rules say of it, the most worth fixing first. */
export async function codeFindingsIn(
  texts: Readonly<Record<string, string>>,
  more: Partial<Pick<CodeContext, 'numbers' | 'isTold'>> = {},
): Promise<LocatedFinding[]> {
  return judgeCalls({
    facts: await callFactsIn(texts),
    isQuiet: (uri) => wholePaths.isTest(uri) || wholePaths.isMigration(uri),
    isBackground: (uri) => wholePaths.isBackground(uri),
    ...more,
  });
}
