import type * as vscode from 'vscode';
import { explainableStatement } from '../analysis/explainable';
import type { Judgement, ReadQuery } from '../analysis/judgement';
import type { CallWithoutSql } from '../code/call-sites';
import type { Finding } from '../nouns/finding';
import type { TextRange } from '../nouns/text-range';
import { Anchor } from './anchor';
import { distinctFindings } from './distinct-findings';
import { shifted, touches } from './ranges';

/** One query as it stands in the editor now. */
export class TrackedQuery extends Anchor {
  readonly query: ReadQuery;
  judgement: Judgement | undefined;
  /** The judgement before something changed in the database: titles keep it until the new one is there. */
  outdated: Judgement | undefined;

  constructor(query: ReadQuery) {
    super(query.site.range);
    this.query = query;
  }

  /** EXPLAIN takes it. */
  get isExplainable(): boolean {
    return explainableStatement(this.query) !== undefined;
  }

  /** The findings that hold, with their ranges in the document as it is now. */
  get findings(): readonly Finding[] {
    if (this.touched) return [];
    const findings = this.judgement?.findings ?? this.query.findings;
    if (this.delta === 0) return findings;
    return findings.map((finding) => ({ ...finding, range: shifted(finding.range, this.delta) }));
  }

  /** The judgement holds no longer. */
  outdate(): void {
    this.outdated = this.judgement ?? this.outdated;
    this.judgement = undefined;
  }
}

/** What is said of the program at a place of the document, over functions and files. */
export class TrackedFinding extends Anchor {
  readonly #finding: Finding;

  constructor(finding: Finding) {
    super(finding.range);
    this.#finding = finding;
  }

  /** Undefined once its place was edited. */
  get finding(): Finding | undefined {
    return this.touched ? undefined : { ...this.#finding, range: this.range };
  }
}

/** A call of a query library whose SQL is not known. */
export class TrackedCall extends Anchor {
  readonly call: CallWithoutSql;

  constructor(call: CallWithoutSql) {
    super(call.range);
    this.call = call;
  }

  /** In the document as it is now. */
  get nameRange(): TextRange {
    return shifted(this.call.nameRange, this.delta);
  }
}

/** What is known of an open document. */
export class TrackedDocument {
  readonly document: vscode.TextDocument;
  queries: TrackedQuery[] = [];
  withoutSql: readonly TrackedCall[] = [];
  /** Of the program that the document belongs to; they come later than the queries. */
  programFindings: readonly TrackedFinding[] = [];
  /** The version that they are of: their edits fit no other one. */
  programVersion = -1;
  /** Why it is not read; undefined when it is. */
  leftAlone: string | undefined;
  /** The version that was read last; -1 before the first time. */
  readVersion = -1;
  /** How long the last reading took, in ms. */
  readMs = 0;

  constructor(document: vscode.TextDocument) {
    this.document = document;
  }

  get key(): string {
    return this.document.uri.toString();
  }

  /** What is said of the query itself, and of its part in the program. */
  findingsOf(query: TrackedQuery): readonly Finding[] {
    const ofProgram = this.programFindings.flatMap(({ finding }) => finding ?? []);
    return [...query.findings, ...ofProgram.filter(({ range }) => !query.touched && touches(range, query.range))];
  }

  /** What is said of all statements that the query's call sends, each advice once, the query's own first. */
  findingsOfCall(query: TrackedQuery): readonly Finding[] {
    return distinctFindings(this.statementsOf(query).map((one) => this.findingsOf(one)));
  }

  /** The query, then the other statements of its call. */
  statementsOf(query: TrackedQuery): readonly TrackedQuery[] {
    return [query, ...this.ofCall(query).filter((one) => one !== query)];
  }

  /** The smallest query around the offset; of the statements that one call sends, the dearest. */
  queryAt(offset: number): TrackedQuery | undefined {
    const around = this.queries.filter(({ range }) => range.start <= offset && offset <= range.end);
    const smallest = around.sort((a, b) => a.range.end - a.range.start - (b.range.end - b.range.start))[0];
    return smallest && dearest(this.ofCall(smallest));
  }

  /** The call of unknown SQL whose name stands at the offset. */
  withoutSqlAt(offset: number): TrackedCall | undefined {
    return this.withoutSql.find(
      ({ touched, nameRange }) => !touched && nameRange.start <= offset && offset <= nameRange.end,
    );
  }

  /** Which of its call's statements the query is, from 1; undefined where it is the only one. */
  partOf(query: TrackedQuery): number | undefined {
    const ofCall = this.ofCall(query);
    return ofCall.length > 1 ? ofCall.indexOf(query) + 1 : undefined;
  }

  /** All statements that the query's call sends in one form or another, in their order; a query that is no call's is alone. */
  ofCall(query: TrackedQuery): readonly TrackedQuery[] {
    const nameRange = query.query.site.call?.nameRange;
    if (!nameRange) return [query];
    return this.queries.filter(({ query: { site } }) => site.call?.nameRange.start === nameRange.start);
  }

  /** One for each call, the dearest; and the queries that are no call's. */
  *heads(): Generator<TrackedQuery> {
    const seen = new Set<number>();
    for (const query of this.queries) {
      const call = query.query.site.call;
      if (call && seen.has(call.nameRange.start)) continue;
      if (call) seen.add(call.nameRange.start);
      yield call ? dearest(this.ofCall(query)) : query;
    }
  }
}

/** By the planner's cost; the first while nothing is planned. */
function dearest(queries: readonly TrackedQuery[]): TrackedQuery {
  const [first, ...others] = queries;
  if (!first) throw new Error('A call without statements.');
  return others.reduce((most, query) => (costOf(query) > costOf(most) ? query : most), first);
}

function costOf({ judgement, outdated }: TrackedQuery): number {
  return (judgement ?? outdated)?.explained?.plan.root.totalCost ?? 0;
}
