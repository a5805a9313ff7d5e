import { Worker } from 'node:worker_threads';
import type { FactsThreadData, FileRead, FilesRead, ReadFiles } from './facts-messages';

type File = ReadFiles['files'][number];

export interface FactsThreadsOptions extends FactsThreadData {
  /** dist/facts-thread.js */
  readonly program: string;
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** So many files go to a thread at once: few enough for progress, many enough that messages cost nothing. */
const batchSize = 24;

/**
 * Reads files in threads and hands each to `onRead` as it comes. A file on which a thread ends (a parser that runs out of
 * memory) is told as a problem; the others of its batch are read again one by one. Rejects with the signal's reason only.
 */
export async function readInThreads(
  files: readonly File[],
  options: FactsThreadsOptions,
  onRead: (file: FileRead) => void,
): Promise<void> {
  const batches: File[][] = [];
  for (let start = 0; start < files.length; start += batchSize) batches.push(files.slice(start, start + batchSize));
  const count = Math.min(options.threads, batches.length);
  await Promise.all(Array.from({ length: count }, () => runThread(batches, options, onRead)));
  options.signal?.throwIfAborted();
}

/** One thread until nothing is left to read; a new one in its place when it ends too early. */
async function runThread(
  batches: File[][],
  options: FactsThreadsOptions,
  onRead: (file: FileRead) => void,
): Promise<void> {
  const { program, grammarFolder, folders, known, signal } = options;
  while (batches.length > 0 && !signal?.aborted) {
    const workerData: FactsThreadData = { grammarFolder, folders, known };
    const worker = new Worker(program, { workerData, resourceLimits: { maxOldGenerationSizeMb: 1_000 } });
    const failed = await serve(worker, batches, onRead, signal);
    await worker.terminate();
    if (!failed) return;
    const [only, ...more] = failed.batch;
    if (only && more.length === 0) onRead({ uri: only.uri, problem: failed.why });
    else batches.unshift(...failed.batch.map((file) => [file]));
  }
}

/** Resolves with the batch during which the thread ended; undefined when all is read. */
function serve(
  worker: Worker,
  batches: File[][],
  onRead: (file: FileRead) => void,
  signal: AbortSignal | undefined,
): Promise<{ readonly batch: readonly File[]; readonly why: string } | undefined> {
  return new Promise((resolve) => {
    let current: File[] | undefined;
    let turn = 0;
    const next = () => {
      current = signal?.aborted ? undefined : batches.shift();
      if (!current) return resolve(undefined);
      worker.postMessage({ batch: ++turn, files: current } satisfies ReadFiles);
    };
    const fail = (why: string) => resolve(current ? { batch: current, why } : undefined);
    worker.on('message', ({ files }: FilesRead) => {
      for (const file of files) onRead(file);
      next();
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', () => fail('the thread that read it ended'));
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
    next();
  });
}
