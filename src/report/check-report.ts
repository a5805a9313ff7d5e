import { fileURLToPath } from 'node:url';
import type { Judgement } from '../analysis/judgement';
import { type Position, Positions } from '../code/positions';
import type { Confidence, Finding, Json, Severity } from '../nouns/finding';
import type { Fix, IndexWrites, ModelPlace, OtherQueries, Proof } from '../nouns/fix';
import type { ProblemKind } from '../nouns/problem';
import type { SourceDocument } from '../nouns/query-site';

/** What `planlight check` found; `--format json` prints it as it is. Positions are 1-based. */
export interface CheckReport {
  /** Files that were read. */
  readonly files: number;
  readonly queries: readonly ReportQuery[];
  readonly findings: readonly ReportFinding[];
}

export interface ReportQuery extends Position {
  readonly file: string;
  readonly library: string;
  readonly sql: string;
  readonly parameters: readonly { readonly index: number; readonly source: string; readonly kind: string }[];
  readonly loop: boolean;
}

export interface ReportFinding extends Position {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly file: string;
  readonly message: string;
  readonly evidence: Readonly<Record<string, Json>>;
  readonly fixes: readonly ReportFix[];
  /** Other places that belong to it, such as the calls between a loop and its query; without a line in files that were not read. */
  readonly related?: readonly (Partial<Position> & { readonly file: string; readonly message: string })[];
}

export type ReportFix =
  | {
      readonly title: string;
      readonly kind: 'edit';
      readonly edits: readonly (Position & { readonly newText: string })[];
    }
  | { readonly title: string; readonly kind: 'statement'; readonly sql: string }
  | {
      readonly title: string;
      readonly kind: 'index';
      /** Without its schema. */
      readonly table: string;
      readonly sql: string;
      readonly concurrently: string;
      readonly needs?: string;
      /** Existing indexes that are superfluous beside it. */
      readonly replaces?: readonly string[];
      /** Models of the program that can declare it. */
      readonly models?: readonly ModelPlace[];
      readonly proof: {
        readonly by: Proof['by'];
        readonly costBefore: number;
        readonly costAfter: number;
        readonly sizeBytes: number;
        readonly assumed: boolean;
        readonly guessed?: string;
        readonly others?: OtherQueries;
        readonly writes?: IndexWrites;
      };
    };

export interface JudgedFile {
  readonly document: Pick<SourceDocument, 'uri' | 'text'>;
  readonly judgements: readonly Judgement[];
  /** Of what the program does with its queries. */
  readonly findings?: readonly Finding[];
}

export function buildCheckReport(files: readonly JudgedFile[]): CheckReport {
  const told = new Set<string>();
  const queries: ReportQuery[] = [];
  const findings: ReportFinding[] = [];
  const texts = new Map(files.map(({ document }) => [document.uri, document.text]));
  const all = (uri: string) => positionsOf(texts.get(uri));
  for (const { document, judgements, findings: ofCode = [] } of files) {
    const positions = new Positions(document.text);
    const file = pathOf(document.uri);
    const inFile: ReportFinding[] = [];
    for (const judgement of judgements) {
      const { site } = judgement.query;
      queries.push({
        file,
        ...positions.of(site.range),
        library: site.library,
        sql: site.sql,
        parameters: site.parameters.map(({ index, source, kind }) => ({ index, source, kind })),
        loop: site.loop !== undefined,
      });
      for (const finding of [...judgement.findings, ...problemFinding(judgement, told)]) {
        inFile.push(reportFinding(finding, file, positions, all));
      }
    }
    inFile.push(...ofCode.map((finding) => reportFinding(finding, file, positions, all)));
    findings.push(...inFile.sort((a, b) => a.line - b.line || a.column - b.column));
  }
  return { files: files.length, queries, findings };
}

/** Who was asked for plans, and how many came. */
export interface PlanningSummary {
  /** `blog@localhost:5432`; undefined when there was nobody to ask. */
  readonly target?: string;
  /** Queries that somebody was asked about. */
  readonly asked: number;
  readonly planned: number;
}

export function planningSummary(files: readonly JudgedFile[], target?: string): PlanningSummary {
  const asked = files.flatMap(({ judgements }) => judgements.filter((one) => one.target !== undefined));
  return { target, asked: asked.length, planned: asked.filter(({ explained }) => explained !== undefined).length };
}

export type FailLevel = 'error' | 'warning' | 'never';

/** Of the levels, 'error' is reached by errors only, 'warning' by errors and warnings. */
export function reachesLevel(report: CheckReport, level: FailLevel): boolean {
  if (level === 'never') return false;
  return report.findings.some(
    ({ severity }) => severity === 'error' || (level === 'warning' && severity === 'warning'),
  );
}

/** Problems of the connection are the same for every query: once is enough. */
const ofConnection: ReadonlySet<ProblemKind> = new Set([
  'no-database',
  'unreachable',
  'authentication',
  'tls',
  'restricted-workspace',
  'cancelled',
  'not-understood',
]);

/** Why there is no plan, told where the query stands. */
function problemFinding({ query, problem, targetKind }: Judgement, told: Set<string>): Finding[] {
  if (problem === undefined) return [];
  // One note for each table that the workspace's scripts do not have.
  const isOfSchema = problem.kind === 'missing-object' && targetKind !== 'server';
  if (ofConnection.has(problem.kind) || isOfSchema) {
    if (told.has(problem.message)) return [];
    told.add(problem.message);
  }
  const { site } = query;
  return [
    {
      rule: 'no-plan',
      // On a server the statement would fail; the planner in memory may not have been given the whole schema.
      severity: problem.kind === 'missing-object' && targetKind === 'server' ? 'warning' : 'info',
      confidence: 'proved',
      message: `No plan: ${problem.message}${problem.hint === undefined ? '' : ` ${problem.hint}`}`,
      range: problem.range === undefined ? site.range : site.sourceMap.rangeToDocument(problem.range),
      evidence: { problem: problem.kind },
      fixes: [],
    },
  ];
}

function positionsOf(text: string | undefined): Positions | undefined {
  return text === undefined ? undefined : new Positions(text);
}

function reportFinding(
  finding: Finding,
  file: string,
  positions: Positions,
  positionsIn: (uri: string) => Positions | undefined,
): ReportFinding {
  const { rule, severity, confidence, message, evidence, related = [] } = finding;
  return {
    rule,
    severity,
    confidence,
    file,
    ...positions.of(finding.range),
    message,
    evidence,
    fixes: finding.fixes.map((fix) => reportFix(fix, positions)),
    ...(related.length > 0 && {
      related: related.map((place) => ({
        file: pathOf(place.uri),
        ...positionsIn(place.uri)?.of(place.range),
        message: place.message,
      })),
    }),
  };
}

function reportFix(fix: Fix, positions: Positions): ReportFix {
  const { title } = fix;
  switch (fix.kind) {
    case 'edit': {
      const edits = fix.edits.map(({ range, newText }) => ({ ...positions.of(range), newText }));
      return { title, kind: 'edit', edits };
    }
    case 'statement':
      return { title, kind: 'statement', sql: fix.sql };
    case 'index': {
      const { by, costBefore, costAfter, sizeBytes, assumed, guessed, others, writes } = fix.proof;
      return {
        title,
        kind: 'index',
        table: fix.index.table,
        sql: fix.sql,
        concurrently: fix.concurrently,
        ...(fix.needs !== undefined && { needs: fix.needs }),
        ...(fix.replaces && { replaces: fix.replaces }),
        ...(fix.models && { models: fix.models }),
        proof: {
          by,
          costBefore,
          costAfter,
          sizeBytes,
          assumed,
          ...(guessed !== undefined && { guessed }),
          ...(others && { others }),
          ...(writes && { writes }),
        },
      };
    }
  }
}

function pathOf(uri: string): string {
  return uri.startsWith('file://') ? fileURLToPath(uri) : uri;
}
