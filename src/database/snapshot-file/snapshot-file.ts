import { Problem } from '../../nouns/problem';
import type { SqlParser } from '../../sql/parser';
import type { Snapshot } from '../snapshot';
import { duplicateIn } from './duplicates';
import { jsonProblem } from './json';
import { Misshapen } from './readers';
import { ownMembers, readShape } from './shape';
import { withoutHostileText } from './statements';
import { withoutContradictions } from './statistics';

/** Grows when a file of before can no longer be read as it was meant; a new optional member is no such change. */
export const snapshotFormat = 1;

export interface SnapshotFile {
  readonly snapshot: Snapshot;
  /** ISO 8601. */
  readonly takenAt?: string;
}

export interface WriteOptions {
  readonly takenAt: Date;
  /** `planlight 0.1.0` */
  readonly madeBy: string;
  /** Whose values were left out: `all text columns`, or columns. */
  readonly redacted?: string | readonly string[];
}

/** The file in pieces, each with its line end: one line for each member, and for each table, statement and view. */
export function* writeSnapshotFile(snapshot: Snapshot, { takenAt, madeBy, redacted }: WriteOptions): Iterable<string> {
  const file = {
    planlightSnapshot: snapshotFormat,
    madeBy,
    takenAt: takenAt.toISOString(),
    ...(redacted !== undefined && { redacted }),
    ...snapshot,
  };
  const members = Object.entries(file).filter(([, value]) => value !== undefined);
  yield '{\n';
  for (const [i, [key, value]] of members.entries()) {
    const comma = i === members.length - 1 ? '' : ',';
    if (!Array.isArray(value) || value.length === 0) {
      yield `${JSON.stringify(key)}: ${jsonText(value)}${comma}\n`;
      continue;
    }
    yield `${JSON.stringify(key)}: [\n`;
    for (const [k, element] of value.entries()) yield `${jsonText(element)}${k === value.length - 1 ? '' : ','}\n`;
    yield `]${comma}\n`;
  }
  yield '}\n';
}

/** JSON has no NaN and no infinity, and would write null for it. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'number' && !Number.isFinite(one) ? String(one) : one,
  );
}

/**
 * What a snapshot file holds. It is untrusted: whatever of it would be sent to the planner in memory is looked at
 * first. What cannot be believed or is not what it should be is named in the snapshot's `leftOut`, and the rest is kept.
 *
 * @param name as a person knows the file
 * @throws {Problem} 'not-understood' with one sentence for a file that is no snapshot, or not a whole one
 */
export function readSnapshotFile(text: string, name: string, parser: SqlParser): SnapshotFile {
  const value = parseJson(text, name);
  const format = formatOf(value, name);
  const { planlightSnapshot: _, takenAt, ...members } = format;
  for (const own of ownMembers) delete members[own];
  try {
    const { snapshot, ignored } = readShape(members);
    if (!Number.isInteger(snapshot.version) || snapshot.version < 80_000 || snapshot.version > 9_999_999) {
      throw new Misshapen(`is ${snapshot.version}, not a number of a PostgreSQL version such as 180004`).inside(
        'version',
      );
    }
    const duplicate = duplicateIn(snapshot);
    if (duplicate !== undefined) throw new Problem('not-understood', `${name} contradicts itself: ${duplicate}.`);
    const sound = withoutContradictions(withoutHostileText(snapshot, parser));
    const leftOut =
      ignored.length === 0
        ? sound.leftOut
        : [
            ...sound.leftOut,
            `Of the snapshot file, what this Planlight does not know is passed over: ${ignored.join(', ')}.`,
          ];
    return {
      snapshot: { ...sound, leftOut },
      ...(typeof takenAt === 'string' && !Number.isNaN(Date.parse(takenAt)) && { takenAt }),
    };
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    throw new Problem('not-understood', `${name} is not a whole snapshot: ${error.sentence}.`, { cause: error });
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const repaired = withQuotedNumbers(text);
    if (repaired !== undefined) return parseJson(repaired, name);
    throw jsonProblem(text, name, (error as Error).message);
  }
}

/** Some programs write bare NaN and Infinity, which no JSON has; undefined where there are none. */
function withQuotedNumbers(text: string): string | undefined {
  let found = false;
  const quoted = text.replace(/"(?:[^"\\]|\\[\s\S])*"|-?\b(?:NaN|Infinity)\b/g, (token) => {
    if (token.startsWith('"')) return token;
    found = true;
    return `"${token}"`;
  });
  return found ? quoted : undefined;
}

function formatOf(value: unknown, name: string): Record<string, unknown> {
  const members = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
  const { planlightSnapshot: format } = members as { planlightSnapshot?: unknown };
  if (format === undefined) {
    throw new Problem('not-understood', `${name} is JSON, but not a snapshot: it has no member planlightSnapshot.`, {
      hint: 'planlight snapshot --database URL makes one.',
    });
  }
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) {
    throw new Problem(
      'not-understood',
      `${name} is not a snapshot: planlightSnapshot is ${JSON.stringify(format)}, not 1.`,
    );
  }
  if (format > snapshotFormat) {
    throw new Problem(
      'not-understood',
      `${name} was made by a newer Planlight (format ${format}; this one reads ${snapshotFormat}).`,
      { hint: 'Update Planlight, or make the snapshot again with this one.' },
    );
  }
  return { ...members } as Record<string, unknown>;
}
