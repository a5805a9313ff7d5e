import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Snapshot } from '../database/snapshot';
import { type Redaction, redact } from '../database/snapshot-file/redaction';
import { withoutSecrets } from '../database/snapshot-file/secrets';
import { writeSnapshotFile } from '../database/snapshot-file/snapshot-file';
import { Problem } from '../nouns/problem';
import { formatCounted } from '../plan/format';
import type { Console } from '../report/console';
import { type Command, type Environment, text, wrong } from './command';
import { type DatabaseArguments, databaseArguments } from './database-arguments';
import { version } from './version';

interface SnapshotRun extends DatabaseArguments {
  readonly output?: string;
  readonly redaction?: Redaction;
}

export const snapshot: Command<SnapshotRun> = {
  name: 'snapshot',
  synopsis: '[options] > FILE',
  summary: 'schema and statistics of a database, to plan with elsewhere',
  usage: `planlight snapshot [--database URL] [--redact [COLUMNS]] [--output FILE | > FILE]

Writes the schema and the statistics of a database to a file, with which the other commands plan without that database:
planlight check --snapshot FILE PATHS. It reads the catalogs in one read-only transaction, and no row of a table; but
statistics hold some values of columns, as pg_stats does. Host, user and password are not in the file.

Options
  --database URL     postgres://user@host:port/database; else DATABASE_URL or PG* of the environment
  --redact           leave out the values of all columns that may hold text
  --redact COLUMNS   leave out the values of these columns: users.email,app.people.name
  --output FILE      write there, and only when all is read, instead of to standard output

Exit codes: 0 the file is written; 2 it is not.
The format, what is in it and what plans lose by --redact: docs/snapshot-file.md.`,
  options: {
    database: { type: 'string' },
    output: { type: 'string' },
    redact: { type: 'boolean' },
  },
  read(given) {
    const [columns, extra] = given.words;
    const isRedacting = given.values.redact === true;
    const surplus = isRedacting ? extra : columns;
    if (surplus !== undefined) throw wrong(`snapshot takes no ${surplus}`, 'snapshot');
    return {
      output: text(given, 'output'),
      redaction: isRedacting ? (columns?.split(',').map((name) => name.trim()) ?? 'text') : undefined,
      ...databaseArguments(given),
    };
  },
  run: writeSnapshot,
};

async function writeSnapshot(run: SnapshotRun, { services, console, signal }: Environment): Promise<number> {
  const server = await services.server(run, signal);
  if (!server) {
    throw new Problem('no-database', 'There is no database to read: give --database URL, or set DATABASE_URL.');
  }
  const read = withoutSecrets(await withClock(console, () => server.snapshot(signal)));
  const { snapshot, redacted } = withoutValues(read, run.redaction, console);
  for (const sentence of snapshot.leftOut) console.tell(sentence);
  const pieces = writeSnapshotFile(snapshot, {
    takenAt: new Date(),
    madeBy: `planlight ${await version()}`,
    redacted,
  });
  if (run.output === undefined) await toStandardOutput(pieces);
  else await toFile(pieces, run.output, signal);
  return 0;
}

function withoutValues(
  read: Snapshot,
  redaction: Redaction | undefined,
  console: Console,
): { readonly snapshot: Snapshot; readonly redacted?: Redaction } {
  if (redaction === undefined) return { snapshot: read };
  const { snapshot, columns, kept } = redact(read, redaction);
  console.tell(`The values of ${formatCounted(columns, 'column')} are left out.`);
  if (kept.length > 0) {
    console.tell(`Constants of text that plans depend on are still in the schema: see ${kept.join(', ')} in the file.`);
  }
  return { snapshot, redacted: redaction };
}

/** A large catalog takes some seconds. */
async function withClock<T>(console: Console, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const show = () =>
    console.progress(() => `reading the catalogs: ${Math.round((performance.now() - started) / 1000)} s`);
  const clock = setInterval(show, 1_000);
  try {
    return await work();
  } finally {
    clearInterval(clock);
    console.clear();
  }
}

async function toStandardOutput(pieces: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    // `planlight snapshot | head` closes the pipe: there is nobody left to write to.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'the file system refuses it',
  EPERM: 'the file system refuses it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** What is cut off never has the name that was asked for. */
async function toFile(pieces: Iterable<string>, path: string, signal: AbortSignal): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(unfinished, { flags: 'wx' }), { signal });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (signal.aborted) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = reasons[code ?? ''] ?? message;
    throw new Problem('not-understood', `${path} cannot be written: ${why}.`, { cause: error });
  }
}
