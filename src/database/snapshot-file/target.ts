import { readFile, stat } from 'node:fs/promises';
import { Problem } from '../../nouns/problem';
import type { SqlParser } from '../../sql/parser';
import type { Snapshot } from '../snapshot';
import { readSnapshotFile } from './snapshot-file';

export interface OpenedSnapshot {
  readonly snapshot: Snapshot;
  /** `snapshot production.json of 2026-11-22 (PostgreSQL 16)` */
  readonly label: string;
  /** For those who read a plan of it. */
  readonly notice: string;
}

/** The longest text that Node.js holds is a little longer. */
const mostBytes = 500_000_000;

/**
 * Reads a file of `planlight snapshot`. Rejects with a Problem that says in one sentence why it cannot be used.
 *
 * @param name as a person knows the file: what they wrote, relative to their folder
 */
export async function openSnapshotFile(path: string, name: string, parser: SqlParser): Promise<OpenedSnapshot> {
  const { snapshot, takenAt } = readSnapshotFile(textOf(await bytesOf(path, name)), name, parser);
  const day = takenAt?.slice(0, 10);
  const ofDay = day === undefined ? '' : ` of ${day}`;
  const major = Math.floor(snapshot.version / 10_000);
  return {
    snapshot,
    label: `snapshot ${name}${ofDay} (PostgreSQL ${major})`,
    notice: `No server was asked: schema and statistics are those of the snapshot${ofDay}.`,
  };
}

async function bytesOf(path: string, name: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) {
      const megabytes = Math.round(size / 1_000_000).toLocaleString('en-US');
      throw new Problem(
        'unsupported',
        `${name} has ${megabytes} MB; a snapshot may have ${mostBytes / 1_000_000} MB.`,
        {
          hint: 'planlight snapshot --redact makes a smaller one.',
        },
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = reasons[code ?? ''] ?? `cannot be read (${message})`;
    throw new Problem('not-understood', `The snapshot ${name} ${why}.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read: the file system refuses it',
  EPERM: 'may not be read: the file system refuses it',
};

/** Windows PowerShell writes `planlight snapshot > FILE` as UTF-16. */
function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString('utf8', start);
}
