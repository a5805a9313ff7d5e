import type { CheckState, GuideFix } from '../../nouns/check';
import type { Measure } from './measures';

/** A fix that a person applied, with what was measured before it and after. A line of `.planlight/history.jsonl`. */
export interface AppliedFix {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** `blog@localhost:5432`; absent: no database was asked. */
  readonly database?: string;
  /** `connection-pool/size` */
  readonly check: string;
  readonly fix: { readonly kind: GuideFix['kind']; readonly title: string };
  /** The statement that takes it back: of a dropped index its CREATE INDEX. */
  readonly undo?: string;
  readonly before: Reading;
  /** Absent: the check was not asked since. */
  readonly after?: Reading;
}

/** What a check said, and what was measured with it. */
export interface Reading {
  /** ISO 8601. */
  readonly at: string;
  readonly state: CheckState;
  readonly says: string;
  readonly measures: readonly Measure[];
}

/** What changed, in numbers: `Dead rows of posts: 40 % (80,000) → 0 % (0)`; none before the check was asked again. */
export function improvements({ before, after }: AppliedFix): string[] {
  if (!after) return [];
  const now = new Map(after.measures.map(({ label, value }) => [label, value]));
  const changed = before.measures.flatMap(({ label, value }) => {
    const then = now.get(label);
    return then === undefined || then === value ? [] : [`${label}: ${value} → ${then}`];
  });
  return before.state === after.state ? changed : [...changed, `check: ${before.state} → ${after.state}`];
}

/** With its end of line. */
export function historyLine(applied: AppliedFix): string {
  return `${JSON.stringify(applied)}\n`;
}

/**
 * The last first. A later line of the same identifier takes the place of the earlier one; lines that are broken (a crash, a
 * merge) are counted and passed over.
 */
export function readHistory(text: string): { readonly applied: readonly AppliedFix[]; readonly broken: number } {
  const found = new Map<string, AppliedFix>();
  let broken = 0;
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const applied = read(line);
    if (applied) found.set(applied.id, applied);
    else broken++;
  }
  return { applied: [...found.values()].sort((a, b) => (a.at < b.at ? 1 : -1)), broken };
}

function read(line: string): AppliedFix | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isAppliedFix(value) ? value : undefined;
  } catch {
    // A half-written line: the others still count.
    return undefined;
  }
}

function isAppliedFix(value: unknown): value is AppliedFix {
  const { id, at, check, fix, undo, before, after } = (value ?? {}) as Partial<AppliedFix>;
  const areTexts = [id, at, check, fix?.kind, fix?.title].every((one) => typeof one === 'string');
  if (!areTexts || (undo !== undefined && typeof undo !== 'string')) return false;
  return isReading(before) && (after === undefined || isReading(after));
}

function isReading(value: unknown): value is Reading {
  const { at, state, says, measures } = (value ?? {}) as Partial<Reading>;
  const areTexts = [at, state, says].every((one) => typeof one === 'string');
  return areTexts && Array.isArray(measures) && measures.every(isMeasure);
}

function isMeasure(value: unknown): value is Measure {
  const { label, value: text } = (value ?? {}) as Partial<Measure>;
  return typeof label === 'string' && typeof text === 'string';
}
