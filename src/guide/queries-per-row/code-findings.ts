import type { CheckResult, Evidence } from '../../nouns/check';
import type { Finding, RelatedPlace } from '../../nouns/finding';
import type { EditFix } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import { formatCount, formatMs } from '../../plan/format';
import type { GuideFacts } from '../facts';
import { whyMissing } from '../support/known';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { statementTable } from '../support/statements';
import { percent } from '../support/wording';
import { type WorkloadRow, workloadOf } from '../workload';

/** Of the time of all statements; as much as a single statement must take to be worth a look. Our choice. */
const muchTime = 0.1;
const mostFixes = 20;

interface LocatedFinding {
  readonly path: string;
  readonly finding: Finding;
}

export interface FindingWords {
  /** `posts.ts:12 …` follows: `3 loops send a query for each row`. */
  readonly says: (count: number) => string;
  readonly none: string;
}

/**
 * What rules about the program have found, with what the server counted of the statements concerned. Hints (tests, seeds) are
 * left to the editor.
 */
export function judgeFindings(facts: GuideFacts, rules: ReadonlySet<string>, words: FindingWords): CheckResult {
  const { workspace, health } = facts;
  if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
  const found = workspace.findings.filter(({ finding }) => rules.has(finding.rule) && finding.severity !== 'hint');
  if (found.length === 0 && workspace.queries.length === 0) {
    return notApplicable('No query is found in the workspace’s code.');
  }
  if (found.length === 0) return passed(words.none);
  const { rows = [] } = workloadOf(health, workspace.queries) ?? {};
  const counted = rows.filter((row) => found.some((one) => isAbout(one, row)));
  const inOrder = [...found].sort((a, b) => timeOf(b, rows) - timeOf(a, rows));
  const share = counted.reduce((sum, row) => sum + row.share, 0);
  const calls = counted.reduce((sum, { statistic }) => sum + statistic.calls, 0);
  const ofServer =
    counted.length > 0
      ? ` The server counted ${formatCount(calls)} calls of them, ${percent(Math.min(1, share))} of all time.`
      : '';
  const evidence: Evidence[] = counted.length > 0 ? [statementTable('What the server counted of them', counted)] : [];
  const details = {
    evidence,
    places: inOrder.map((one) => placeOf(one, rows)),
    fixes: inOrder.flatMap(fixesOf).slice(0, mostFixes),
  };
  const says = `${words.says(found.length)}.${ofServer}`;
  return share >= muchTime ? failed(says, details) : attention(says, details);
}

/** A statement that is sent from the finding's place or from those that it names. */
function isAbout({ path, finding }: LocatedFinding, { places }: WorkloadRow): boolean {
  const ranges = [{ uri: path, range: finding.range }, ...(finding.related ?? [])];
  return places.some((place) => ranges.some(({ uri, range }) => uri === place.path && overlap(range, place.range)));
}

const overlap = (one: TextRange, other: TextRange): boolean => one.start < other.end && other.start < one.end;

function timeOf(one: LocatedFinding, rows: readonly WorkloadRow[]): number {
  return rows.reduce((sum, row) => (isAbout(one, row) ? sum + row.statistic.totalMs : sum), 0);
}

function placeOf(one: LocatedFinding, rows: readonly WorkloadRow[]): RelatedPlace {
  const { path, finding } = one;
  const totalMs = timeOf(one, rows);
  const spent = totalMs > 0 ? ` (${formatMs(totalMs)} on the server so far)` : '';
  return { uri: path, range: finding.range, message: `${finding.message}${spent}` };
}

/** Those that are to be taken first; an edit without a document is of the finding's. */
function fixesOf({ path, finding }: LocatedFinding): EditFix[] {
  return finding.fixes
    .filter((fix): fix is EditFix => fix.kind === 'edit' && fix.isAside === undefined)
    .slice(0, 1)
    .map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, uri: edit.uri ?? path })) }));
}
