import { relative, resolve } from 'node:path';
import { sitesOfCall } from '../code/call-sites';
import { whyNotRead } from '../code/left-alone';
import { Positions } from '../code/positions';
import type { Target } from '../database/planner';
import type { Finding } from '../nouns/finding';
import type { Problem, ProblemKind } from '../nouns/problem';
import type { QuerySite, SourceDocument } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import { isNode } from '../sql/ast';
import type { Analyzer } from './analyzer';
import type { CodeService } from './code/code-service';
import { measuredQueries } from './code/measured-queries';
import { withModelPlaces } from './code/model-places';
import { statementToPlan } from './explainable';
import type { DocumentReading, Judgement, ReadQuery } from './judgement';
import type { PlanningMode } from './planning';
import { readSource } from './source-files';

export interface CheckedFile {
  readonly document: SourceDocument;
  readonly judgements: readonly Judgement[];
  /** Of what the program does with its queries. */
  readonly findings?: readonly Finding[];
}

export interface CheckOptions {
  readonly analyzer: Analyzer;
  /** The program that the files belong to; undefined: only SQL text is looked for. */
  readonly code?: CodeService;
  /** Undefined: there is nothing to ask, and only the text is read. */
  readonly target: Target | undefined;
  /** 'analyze' runs the statements that only read; the others are planned. */
  readonly mode: PlanningMode;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CheckProgress) => void;
  /** One sentence for each file that is not read, and why. */
  readonly onLeftAlone?: (sentence: string) => void;
}

export interface CheckProgress {
  readonly path: string;
  /** Counted from 1. */
  readonly file: number;
  readonly query: number;
  readonly queries: number;
}

export interface CheckResult {
  readonly files: readonly CheckedFile[];
  /** The connection broke in the middle: what came later was not planned. */
  readonly lost?: Problem;
  /** How many statements were not planned because 20 others differ from them in their values only. */
  readonly alike: number;
}

/** How many statements that differ in their values only are planned; enough to meet common, rare and absent ones. */
const mostOfOneShape = 20;

/** A server that lets so many plans in a row wait for their whole time is not answering any more. */
const mostTimeouts = 3;

/** After these every further question would meet the same. */
const endsAll: ReadonlySet<ProblemKind> = new Set(['unreachable', 'authentication', 'tls', 'restricted-workspace']);

/** What is proposed for one query is tried on the others for at most so long, in ms. */
const comparingMs = 10_000;

/** Judges every query of the files. Rejects with the signal's reason only. */
export async function checkFiles(paths: readonly string[], options: CheckOptions): Promise<CheckResult> {
  const { analyzer, onLeftAlone = () => undefined } = options;
  const check = new Check(options);
  const files: CheckedFile[] = [];
  for (const [index, path] of paths.entries()) {
    options.signal?.throwIfAborted();
    const document = await readSource(path, onLeftAlone);
    if (!document) continue;
    const why = whyNotRead(document);
    if (why !== undefined) {
      onLeftAlone(`${path} is left alone: ${why}.`);
      continue;
    }
    await analyzer.prepare(document.languageId);
    const reading = readingOf(analyzer, document, await callSites(document, options.code));
    if (typeof reading === 'string') {
      onLeftAlone(`${path} is left alone: ${reading}.`);
      continue;
    }
    files.push({ document, judgements: await check.queries(reading, index + 1) });
  }
  const compared = await withOtherQueries(files, options);
  const placed = compared.map((file) => withModels(file, options.code));
  return {
    files: await withCallFindings(await Promise.all(placed), options.code),
    lost: check.lost,
    alike: check.alike,
  };
}

async function callSites(document: SourceDocument, code: CodeService | undefined): Promise<readonly QuerySite[]> {
  const calls = (await code?.calls({ ...document, uri: resolve(document.uri) })) ?? [];
  return calls.flatMap((call) => sitesOfCall({ ...call, uri: document.uri }));
}

/** Index fixes name the models that can declare them. */
async function withModels(file: CheckedFile, code: CodeService | undefined): Promise<CheckedFile> {
  if (!code) return file;
  const near = resolve(file.document.uri);
  return { ...file, judgements: await Promise.all(file.judgements.map((one) => withModelPlaces(one, code, near))) };
}

/** Last, when the plans say how much each repetition costs. */
async function withCallFindings(
  files: readonly CheckedFile[],
  code: CodeService | undefined,
): Promise<readonly CheckedFile[]> {
  if (!code) return files;
  const found = await code.findings({ measured: measuredQueries(files.flatMap(({ judgements }) => judgements)) });
  return files.map((file) => {
    const said = file.judgements.flatMap((judgement) => judgement.findings);
    const findings = (found.get(resolve(file.document.uri)) ?? []).filter((finding) => !said.some(sameAs(finding)));
    return findings.length === 0 ? file : { ...file, findings: findings.map(withPlacesBelowHere) };
  });
}

/** What the text's own rule says is told again where the program knows a fix. */
function sameAs({ rule, range, message }: Finding): (other: Finding) => boolean {
  return (other) => other.rule === rule && other.range.start === range.start && other.message === message;
}

/** As people know the files. */
function withPlacesBelowHere(finding: Finding): Finding {
  const related = finding.related?.map((place) => ({ ...place, uri: relative('', place.uri) }));
  return related ? { ...finding, related } : finding;
}

/** Only now all are known: each proposal says what it does to the queries of every file. */
async function withOtherQueries(
  files: readonly CheckedFile[],
  { analyzer, signal }: CheckOptions,
): Promise<readonly CheckedFile[]> {
  const judged = files.flatMap(({ document, judgements }) => {
    const positions = new Positions(document.text);
    return judgements.map((judgement) => ({
      judgement,
      place: () => `${document.uri}:${positions.of(judgement.query.site.range).line}`,
    }));
  });
  try {
    const changed = await analyzer.compare(judged, { budgetMs: comparingMs, signal });
    return files.map(({ document, judgements }) => ({
      document,
      judgements: judgements.map((judgement) => changed.get(judgement) ?? judgement),
    }));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Or why there is none: a source file that nobody thought of must not hide the findings of the others. */
function readingOf(
  analyzer: Analyzer,
  document: SourceDocument,
  calls: readonly QuerySite[],
): DocumentReading | string {
  try {
    const reading = analyzer.read(document, calls);
    return reading.leftAlone ?? reading;
  } catch (error) {
    return `a defect of Planlight (${error instanceof Error ? error.message : String(error)})`;
  }
}

class Check {
  lost: Problem | undefined;
  /** Statements that were not planned because enough of their shape were. */
  alike = 0;
  #timeouts = 0;
  readonly #options: CheckOptions;
  /** Fingerprint → texts that were planned. */
  readonly #shapes = new Map<string, Set<string>>();

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  /** Runs go one after the other so that timings do not disturb each other; two plans can be made at a time. */
  async queries({ uri, queries }: DocumentReading, file: number): Promise<Judgement[]> {
    const { mode, signal, onProgress } = this.#options;
    const judgements: Judgement[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < queries.length) {
        const index = next++;
        const query = queries[index];
        if (query === undefined) continue;
        onProgress?.({ path: uri, file, query: index + 1, queries: queries.length });
        judgements[index] = await this.#judge(query);
        signal?.throwIfAborted();
      }
    };
    await Promise.all(mode === 'estimate' ? [lane(), lane()] : [lane()]);
    return judgements;
  }

  async #judge(query: ReadQuery): Promise<Judgement> {
    const { analyzer, target, mode, signal } = this.#options;
    const statement = statementToPlan(query);
    if (target === undefined || statement === undefined || this.lost || this.#isOneOfMany(statement)) {
      return { query, findings: query.findings };
    }
    const judgement = await analyzer.judge(query, { target, mode: statement.readsOnly ? mode : 'estimate', signal });
    const { problem } = judgement;
    this.#timeouts = problem?.kind === 'timeout' ? this.#timeouts + 1 : 0;
    if (problem && (endsAll.has(problem.kind) || this.#timeouts >= mostTimeouts)) this.lost ??= problem;
    return judgement;
  }

  /** A seed file's ten thousand rows, a log's ten thousand look-ups: the first ones say what there is to say. */
  #isOneOfMany(statement: Statement): boolean {
    const known = this.#shapes.get(statement.fingerprint) ?? new Set();
    this.#shapes.set(statement.fingerprint, known);
    if (known.has(statement.text)) return false;
    const isRow = insertsValues(statement);
    if (known.size >= (isRow ? 1 : mostOfOneShape)) {
      // The plan of INSERT … VALUES never differs.
      if (!isRow) this.alike++;
      return true;
    }
    known.add(statement.text);
    return false;
  }
}

function insertsValues({ ast }: Statement): boolean {
  const source = isNode(ast.InsertStmt) && isNode(ast.InsertStmt.selectStmt) && ast.InsertStmt.selectStmt.SelectStmt;
  return isNode(source) && Array.isArray(source.valuesLists);
}
