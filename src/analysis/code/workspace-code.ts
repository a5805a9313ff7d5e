import { readFile } from 'node:fs/promises';
import { findCaches } from '../../code/caches/find-caches';
import { readCallFacts } from '../../code/calls/call-facts';
import type { Repetition } from '../../code/calls/repetition';
import { findClusters } from '../../code/deployment/clusters';
import type { FileRoles } from '../../code/file-roles';
import type { QuerySiteFinder } from '../../code/find-query-sites';
import { languageOf } from '../../code/language-of';
import { whyNotRead } from '../../code/left-alone';
import type { FoundCall } from '../../code/orms/orm';
import { orms } from '../../code/orms/orms';
import { findPools } from '../../code/pools/find-pools';
import type { PoolUse } from '../../code/pools/pool-use';
import { FactsReader, indexedLanguageOf } from '../../code/program/facts-reader';
import { Program } from '../../code/program/program';
import { type ReadWorkspaceOptions, readWorkspace, type WorkspaceRead } from '../../code/program/read-workspace';
import { findReplicaUses } from '../../code/replicas/find-replica-uses';
import type { ReplicaUses } from '../../code/replicas/replica-use';
import { findSessionUses } from '../../code/session-uses/find-session-uses';
import { sourceText } from '../../code/source-text';
import { findCacheAside } from '../../fixes/cache-aside/find-cache-aside';
import { codeFixes, type TextOf } from '../../fixes/code-fixes';
import { withInsertions } from '../../fixes/pool-insertion';
import { withReadsOfPrimary } from '../../fixes/read-primary';
import { findReplicaClients } from '../../fixes/replica-clients/find-replica-clients';
import { railsConfiguration } from '../../fixes/replica-clients/rails-client';
import type { CodeFacts } from '../../guide/facts';
import type { Finding } from '../../nouns/finding';
import type { IndexDefinition } from '../../nouns/fix';
import type { QuerySite, SourceDocument } from '../../nouns/query-site';
import type { LocatedFinding } from '../../rules/code-rule';
import { judgeCalls } from '../../rules/code-rules';
import { queryInLoop } from '../../rules/query-in-loop';
import type { SqlParser } from '../../sql/parser';
import { workspaceQueries } from '../guide/workspace-queries';
import { type IndexInCode, indexesInCode } from './indexes-in-code';
import { type ListedQuery, listedQueries } from './listed-queries';
import { columnTypesOf, type MeasuredQueries, numbersOf } from './numbers';
import { poolsInTexts } from './pools-in-texts';

export interface WorkspaceCodeOptions {
  /** The folder with tree-sitter's grammars. */
  readonly grammarFolder: string;
  readonly roles: FileRoles;
  /** Finds SQL text: it is sent in loops, too. */
  readonly finder: QuerySiteFinder;
  /** The finder's. */
  readonly parser: SqlParser;
  /** Told once of each query or model that cannot be read for a defect of Planlight's own. */
  readonly onDefect: (sentence: string) => void;
}

export type IndexOptions = Pick<
  ReadWorkspaceOptions,
  'threadProgram' | 'cachePath' | 'signal' | 'onProgress' | 'onLeftAlone'
>;

export interface CallFindingsOptions {
  /** What planners and statistics said, for the estimates. */
  readonly measured?: MeasuredQueries;
  /** Also what the texts' own rule tells while one types: for those who read no texts. */
  readonly withTexts?: boolean;
  /** Parts of paths of which people want to hear little, besides tests, migrations, seeds and scripts. */
  readonly quietPaths?: readonly string[];
}

/**
 * What a workspace's files say together: the calls of query libraries with their SQL, and what is said of them over
 * files. Documents and findings go by their paths in the file system, where imports are looked up.
 */
export class WorkspaceCode {
  readonly #grammarFolder: string;
  readonly #finder: QuerySiteFinder;
  readonly #reader: FactsReader;
  readonly #parser: SqlParser;
  readonly #program: Program;
  /** Path → the text that counts in the place of the file's. */
  readonly #open = new Map<string, string>();
  /** Path → SQL texts of the file; asked again when the file is read again. */
  readonly #texts = new Map<string, readonly QuerySite[]>();
  #textFiles: readonly string[] = [];

  private constructor({ grammarFolder, roles, finder, parser, onDefect }: WorkspaceCodeOptions, reader: FactsReader) {
    this.#grammarFolder = grammarFolder;
    this.#finder = finder;
    this.#parser = parser;
    const told = new Set<string>();
    this.#program = new Program(orms, roles, (error, place) => {
      const sentence = `${place} cannot be read whole: ${error instanceof Error ? error.message : String(error)}.`;
      if (told.has(sentence)) return;
      told.add(sentence);
      onDefect(sentence);
    });
    this.#reader = reader;
  }

  static async load(options: WorkspaceCodeOptions): Promise<WorkspaceCode> {
    return new WorkspaceCode(options, await FactsReader.load(options));
  }

  /** Reads files anew, but those that are open. Rejects with the signal's reason only. */
  index(paths: readonly string[], options: IndexOptions): Promise<WorkspaceRead> {
    const files = paths.filter((path) => !this.#open.has(path)).map((path) => ({ uri: path, path }));
    for (const { path } of files) this.#texts.delete(path);
    return readWorkspace(this.#program, files, { ...options, grammarFolder: this.#grammarFolder });
  }

  /** The file is gone. */
  remove(path: string): void {
    this.#open.delete(path);
    this.#texts.delete(path);
    this.#program.remove(path);
  }

  /** The document is open no longer: the file counts again, from its next `index` on. */
  close(path: string): void {
    this.#open.delete(path);
  }

  /** Loads what `callsOf` needs for documents in that language. */
  prepare(languageId: string): Promise<void> {
    return this.#reader.prepare(languageId);
  }

  /** The calls of a document that send queries. Its text counts from now on. `prepare` comes first. */
  callsOf(document: SourceDocument): readonly FoundCall[] {
    const { uri: path, text } = document;
    if (indexedLanguageOf(path) === undefined || whyNotRead(document) !== undefined) return [];
    if (this.#open.get(path) !== text) {
      const facts = this.#reader.read(document, { isOpen: true });
      if (facts) this.#program.set(facts);
      else this.#program.remove(path);
      this.#open.set(path, text);
      this.#texts.delete(path);
    }
    return this.#program.callsOf(path);
  }

  /** Every query of the program and of the files of which only the text is read, by path. */
  async queries(textFiles: readonly string[]): Promise<ReadonlyMap<string, readonly ListedQuery[]>> {
    // Nobody tells of changes in them.
    for (const path of [...this.#textFiles, ...textFiles]) this.#texts.delete(path);
    this.#textFiles = textFiles;
    await this.#readTexts([...this.#program.files.keys(), ...textFiles]);
    const found = new Map<string, readonly ListedQuery[]>();
    for (const path of [...new Set([...this.#program.files.keys(), ...this.#texts.keys()])].sort()) {
      const listed = listedQueries(this.#program.callsOf(path), this.#texts.get(path) ?? []);
      if (listed.length > 0) found.set(path, listed);
    }
    return found;
  }

  /** What the guide's checks ask of the source code. */
  async facts(textFiles: readonly string[]): Promise<CodeFacts> {
    const listed = await this.queries(textFiles);
    const queries = workspaceQueries(listed, this.#program, this.#parser);
    const pools = findPools(this.#program);
    const textOf = await this.#allTexts(queries);
    return {
      queries,
      pools: [
        ...(await withInsertions(pools, (path) => this.#textOf(path))),
        ...(await poolsInTexts(textFiles, this.#program.roles, (path) => this.#textOf(path))),
      ],
      replicaUses: this.#replicaUses(pools, textOf),
      sessionUses: findSessionUses(this.#program, listed),
      caches: findCaches(this.#program),
      cacheAside: findCacheAside(this.#program, queries, textOf),
      clusters: findClusters(this.#program),
    };
  }

  #replicaUses(pools: readonly PoolUse[], textOf: TextOf): ReplicaUses {
    const { tracer, models, files } = this.#program;
    const calls = new Map([...files.keys()].map((path) => [path, this.#program.callsOf(path)]));
    const sources = { tracer, models, orms, calls, sites: this.#texts, pools, parser: this.#parser, textOf };
    const uses = withReadsOfPrimary(findReplicaUses(sources), textOf);
    return { ...uses, clients: findReplicaClients(this.#program, uses.divisions, textOf) };
  }

  /** Of the program's files, of others in which a query stands, and of what configures databases beside them. */
  async #allTexts(queries: readonly { readonly path: string }[]): Promise<TextOf> {
    const texts = new Map<string, string>();
    const configurations = [...this.#program.files.values()].flatMap((file) => railsConfiguration(file) ?? []);
    const others = [...queries.map((query) => query.path), ...configurations];
    for (const path of new Set([...this.#program.files.keys(), ...others])) {
      const text = await this.#textOf(path);
      if (text !== undefined) texts.set(path, text);
    }
    return (path) => texts.get(path);
  }

  /** An index in the models of its table, the nearest to a file of those of each library. */
  indexesInCode(index: IndexDefinition, near: string): Promise<readonly IndexInCode[]> {
    return indexesInCode(index, near, this.#program, (path) => this.#textOf(path));
  }

  /** What the program does with its queries, by path, the most worth fixing first. For quiet times: it takes seconds. */
  async findings(options: CallFindingsOptions): Promise<ReadonlyMap<string, readonly Finding[]>> {
    const { measured, quietPaths = [], withTexts = false } = options;
    await this.#readTexts(this.#program.files.keys());
    const program = this.#program;
    const calls = new Map([...program.files.keys()].map((path) => [path, program.callsOf(path)]));
    const facts = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls, sites: this.#texts });
    const { roles } = program;
    const isQuiet = (path: string) =>
      roles.isAside(path) || quietPaths.some((part) => roles.below(path).includes(part));
    const byPath = new Map<string, Finding[]>();
    const located = judgeCalls({
      facts,
      isQuiet,
      isBackground: (path) => roles.isBackground(path),
      isTold: (site) => this.#isTold(site),
      numbers: measured && numbersOf(measured),
    });
    const told = facts.repetitions.flatMap((repetition) => this.#toldOfText(repetition));
    const texts = await this.#textsOf([...located, ...told]);
    const typeOf = measured && columnTypesOf(measured);
    for (const one of [...located, ...told]) {
      const fixes = codeFixes(one, (path) => texts.get(path), typeOf);
      if (!withTexts && told.includes(one) && fixes.length === 0) continue;
      const found = byPath.get(one.uri) ?? [];
      byPath.set(one.uri, found);
      found.push({ ...one.finding, fixes: [...one.finding.fixes, ...fixes] });
    }
    return byPath;
  }

  /** SQL text in a loop of which the text's own rule tells while one types. */
  #isTold(site: QuerySite): boolean {
    const parsed = this.#parser.parse(site.sql);
    return parsed.ok && queryInLoop.check(site, parsed.statement).length > 0;
  }

  /** The same finding, to be told again when there is a fix that only the program as a whole can give. */
  #toldOfText(repetition: Repetition): LocatedFinding[] {
    const { inner, depth, kind } = repetition;
    const parsed = inner.site?.loop && this.#parser.parse(inner.site.sql);
    if (!inner.site || !parsed?.ok || depth > 0 || kind === 'same query') return [];
    const findings = queryInLoop.check(inner.site, parsed.statement);
    return findings.map((finding) => ({ uri: inner.uri, finding, repetition, weight: 0 }));
  }

  /** Of the files in which the fixes may have to write. */
  async #textsOf(located: readonly LocatedFinding[]): Promise<ReadonlyMap<string, string>> {
    const paths = new Set(
      located.flatMap(({ repetition, sequence, same, result, split, checkout, pool }) => [
        ...(repetition ? [repetition.loop.uri, repetition.inner.uri, repetition.loop.over?.query?.uri ?? ''] : []),
        ...(repetition ? declaringFiles(repetition) : []),
        ...(sequence?.queries.map(({ uri }) => uri) ?? []),
        same?.first.uri ?? '',
        result?.query.uri ?? '',
        split?.loop.uri ?? '',
        checkout?.at.file.uri ?? '',
        pool?.path ?? '',
      ]),
    );
    const texts = new Map<string, string>();
    for (const path of paths) {
      const text = path === '' ? undefined : await this.#textOf(path);
      if (text !== undefined) texts.set(path, text);
    }
    return texts;
  }

  /** Undefined when the file is gone: whoever watches the files tells that. */
  async #textOf(path: string): Promise<string | undefined> {
    return this.#open.get(path) ?? readFile(path).then(sourceText, () => undefined);
  }

  async #readTexts(paths: Iterable<string>): Promise<void> {
    for (const path of paths) {
      if (this.#texts.has(path)) continue;
      const languageId = languageOf(path);
      if (languageId === undefined) continue;
      const text = await this.#textOf(path);
      const isRead = text !== undefined && whyNotRead({ languageId, text }) === undefined;
      await this.#finder.prepare(languageId);
      this.#texts.set(path, isRead ? this.#finder.find({ uri: path, languageId, text }) : []);
    }
  }
}

/** Where the models of the rows and of what is asked for each are declared, and their associations. */
function declaringFiles({ loop, inner }: Repetition): string[] {
  const models = [loop.over?.model, inner.orm?.model].filter((model) => model !== undefined);
  return models.flatMap(({ uri, associations }) => [uri, ...associations.map((association) => association.uri ?? uri)]);
}
