import { FileRoles } from '../code/file-roles';
import { QuerySiteFinder } from '../code/find-query-sites';
import type { Target } from '../database/planner';
import type { WhatIfPlanner } from '../database/what-if/planner';
import type { Finding } from '../nouns/finding';
import { Problem } from '../nouns/problem';
import type { QuerySite, SourceDocument } from '../nouns/query-site';
import type { ParsedSql, Statement, SyntaxProblem } from '../nouns/statement';
import { ExpressionReader } from '../plan/expressions';
import { planRules } from '../rules/plan-rules';
import { transactionLoops } from '../rules/query-in-loop';
import type { TextContext } from '../rules/rule';
import { textRules } from '../rules/text-rules';
import { SqlParser } from '../sql/parser';
import { explainableStatement } from './explainable';
import type { DocumentReading, Judgement, ReadQuery } from './judgement';
import { type Planning, PlanningDesk, type PlanningMode } from './planning';
import { withCalls } from './with-calls';

export interface AnalyzerOptions {
  /** The folder with tree-sitter's grammars (`tree-sitter-typescript.wasm`, …). */
  readonly grammarFolder: string;
  /** Of the workspace: paths, or URIs where documents go by URIs. */
  readonly folders: readonly string[];
  /** Names of functions that send SQL, beside the known ones. */
  readonly queryFunctions?: readonly string[];
  /** Without it no index is proposed. */
  readonly whatIf?: WhatIfPlanner;
}

export interface JudgeRequest {
  readonly target: Target;
  readonly mode: PlanningMode;
  /** The person said yes to running a data-changing statement. */
  readonly confirmed?: boolean;
  /** Ask again although the answer is known: a person wants another run. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

/** A judgement, and where its query stands for people: `src/posts.ts:12`. */
export interface JudgedQuery {
  readonly judgement: Judgement;
  readonly place?: () => string;
}

export interface SlicedReading {
  /** False: somebody typed meanwhile. */
  readonly isWanted: () => boolean;
  readonly previous?: Iterable<ReadQuery>;
  readonly calls?: readonly QuerySite[];
}

/** Reading in pieces gives way to others after this long, in ms: shorter than anybody feels. */
const SLICE_MS = 15;

/** Source text → query sites → plans → findings, for one document at a time. */
export class Analyzer {
  readonly parser: SqlParser;
  readonly #finder: QuerySiteFinder;
  readonly #roles: FileRoles;
  readonly #desk: PlanningDesk;
  #expressions: ExpressionReader | undefined;

  private constructor(parser: SqlParser, finder: QuerySiteFinder, roles: FileRoles, desk: PlanningDesk) {
    this.parser = parser;
    this.#finder = finder;
    this.#roles = roles;
    this.#desk = desk;
  }

  static async load(options: AnalyzerOptions): Promise<Analyzer> {
    const parser = await SqlParser.load();
    const roles = new FileRoles(options.folders);
    const finder = await QuerySiteFinder.load({
      parser,
      grammarFolder: options.grammarFolder,
      queryFunctions: options.queryFunctions ? [...options.queryFunctions] : undefined,
      roles,
    });
    return new Analyzer(parser, finder, roles, new PlanningDesk(options.whatIf, parser));
  }

  /** Loads what reading documents in that language needs; comes before `read`. */
  prepare(languageId: string): Promise<void> {
    return this.#finder.prepare(languageId);
  }

  /** What the text alone says, with the sites of its library calls where somebody found them. Asks nobody, waits for nothing. */
  read(document: SourceDocument, calls: readonly QuerySite[] = []): DocumentReading {
    const found = this.#find(document, calls);
    const parsed = found.sites.map((site) => ({ site, parsed: this.parser.parse(site.sql) }));
    const context = this.#contextOf(document, parsed);
    return {
      uri: document.uri,
      queries: parsed.map((query) => ({ ...query, findings: textFindings(query, context) })),
      leftAlone: found.leftAlone,
    };
  }

  /**
   * The same without keeping others waiting: other work gets its turn every few ms. Statements that stand in
   * `previous` are not parsed again. Undefined when `isWanted` said no on the way.
   */
  async readInSlices(
    document: SourceDocument,
    { isWanted, previous, calls }: SlicedReading,
  ): Promise<DocumentReading | undefined> {
    await this.prepare(document.languageId);
    const known = new Map<string, ParsedSql>();
    for (const { site, parsed } of previous ?? []) known.set(site.sql, parsed);
    let sliceEnd = performance.now() + SLICE_MS;
    const isCurrent = async () => {
      if (performance.now() < sliceEnd) return true;
      await new Promise((resolve) => setImmediate(resolve));
      sliceEnd = performance.now() + SLICE_MS;
      return isWanted();
    };
    const parsed: Pick<ReadQuery, 'site' | 'parsed'>[] = [];
    const { sites, leftAlone } = this.#find(document, calls);
    for (const site of sites) {
      if (!(await isCurrent())) return undefined;
      parsed.push({ site, parsed: known.get(site.sql) ?? this.parser.parse(site.sql) });
    }
    const context = this.#contextOf(document, parsed);
    const queries: ReadQuery[] = [];
    for (const query of parsed) {
      if (!(await isCurrent())) return undefined;
      queries.push({ ...query, findings: textFindings(query, context) });
    }
    return { uri: document.uri, queries, leftAlone };
  }

  #contextOf({ uri }: SourceDocument, parsed: readonly Pick<ReadQuery, 'site' | 'parsed'>[]): TextContext {
    return { transactionLoops: transactionLoops(parsed), isInTest: this.#roles.isTest(uri) };
  }

  #find(
    document: SourceDocument,
    calls: readonly QuerySite[] = [],
  ): { sites: readonly QuerySite[]; leftAlone?: string } {
    try {
      return { sites: withCalls(document, this.#finder.find(document), calls) };
    } catch (error) {
      if (error instanceof Problem) return { sites: [], leftAlone: error.message };
      throw error;
    }
  }

  /** Asks the target's planner. Never rejects: what went wrong is the judgement's `problem`. */
  async judge(query: ReadQuery, request: JudgeRequest): Promise<Judgement> {
    const statement = explainableStatement(query);
    if (!statement) return { query, findings: query.findings };
    const planning = await this.#desk.plan(statement, query.site.parameters, request);
    this.#expressions ??= await ExpressionReader.load();
    return judgementOf(query, statement, planning, this.#expressions);
  }

  /**
   * Tries what is proposed for each query on the others: gives those judgements that say something else then, with
   * their successors. To be asked when all are judged, since each counts for the others. A plan takes 1–2 ms; after
   * `budgetMs` the rest is not tried. Rejects with Problem 'cancelled' only.
   */
  async compare(
    judged: readonly JudgedQuery[],
    options: { readonly budgetMs: number; readonly signal?: AbortSignal },
  ): Promise<ReadonlyMap<Judgement, Judgement>> {
    const planned = judged.flatMap(({ judgement, place }) => {
      const statement = explainableStatement(judgement.query);
      return statement && judgement.planning ? [{ statement, planning: judgement.planning, place, judgement }] : [];
    });
    const successors = await this.#desk.compare(planned, options);
    const changed = new Map<Judgement, Judgement>();
    for (const one of planned) {
      const successor = successors.get(one.planning);
      if (!successor) continue;
      changed.set(one.judgement, judgementOf(one.judgement.query, one.statement, successor, this.#expressions));
    }
    return changed;
  }

  /** What is already known of this query, the run before the estimate; at once. */
  cached(query: ReadQuery, target: Target): Judgement | undefined {
    const statement = explainableStatement(query);
    const planning = statement && this.#desk.known(statement, query.site.parameters, target);
    return planning && judgementOf(query, statement, planning, this.#expressions);
  }
}

function textFindings({ site, parsed }: Pick<ReadQuery, 'site' | 'parsed'>, context: TextContext): Finding[] {
  if (!parsed.ok) return syntaxFinding(site, parsed.problem);
  return textRules.flatMap((rule) => rule.check(site, parsed.statement, context));
}

function syntaxFinding(site: QuerySite, problem: SyntaxProblem): Finding[] {
  const range = site.sourceMap.rangeToDocument(problem.range);
  const { message } = problem;
  if (problem.unread) {
    return [{ rule: 'no-plan', severity: 'info', confidence: 'proved', message, range, evidence: {}, fixes: [] }];
  }
  // Behind program text that is pasted in, the parser's complaint would be about our stand-in for it.
  const pasted = [...site.parameters.filter(({ kind }) => kind === 'spliced'), ...(site.replaced ?? [])];
  if (pasted.some((one) => one.range.start < range.end)) return [];
  return [{ rule: 'syntax-error', severity: 'error', confidence: 'proved', message, range, evidence: {}, fixes: [] }];
}

function judgementOf(
  query: ReadQuery,
  statement: Statement,
  planning: Planning,
  expressions: ExpressionReader | undefined,
): Judgement {
  const { explained, snapshot, indexes, problem } = planning;
  const by = { problem, target: planning.target.label, targetKind: planning.target.kind, planning };
  if (!explained) return { query, findings: query.findings, ...by };
  const context = { site: query.site, statement, explained, snapshot, indexes, expressions };
  const found = planRules.flatMap((rule) => rule.check(context));
  return { query, explained, findings: [...query.findings, ...found], ...by };
}
