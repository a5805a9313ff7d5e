import { Worker } from 'node:worker_threads';
import { Problem } from '../../nouns/problem';
import type { CodeReply, CodeRequest, CodeThreadData } from './code-messages';
import type { CodeService } from './code-service';
import type { IndexOptions } from './workspace-code';

export interface ThreadedCodeOptions extends CodeThreadData {
  /** dist/code-thread.js */
  readonly program: string;
  /** Old-space limit of the thread, in MB. */
  readonly memoryMb: number;
}

export interface ThreadedCodeEvents {
  /** Told why the thread ended. */
  readonly onEnd: (why: string) => void;
  /** Told of what cannot be read for a defect of Planlight's own. */
  readonly onDefect: (sentence: string) => void;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly options?: IndexOptions;
}

/**
 * The service in a thread of its own, which starts with the first question. When the thread ends, what was asked is rejected
 * and `onEnd` is told why; the next question starts another, which knows nothing yet.
 */
export class ThreadedCode implements CodeService {
  readonly #options: ThreadedCodeOptions;
  readonly #events: ThreadedCodeEvents;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  constructor(options: ThreadedCodeOptions, events: ThreadedCodeEvents) {
    this.#options = options;
    this.#events = events;
  }

  index(paths: readonly string[], options: IndexOptions) {
    const { onProgress: _, onLeftAlone: __, signal: ___, ...sent } = options;
    return this.#ask<Awaited<ReturnType<CodeService['index']>>>('index', [paths, sent], options);
  }

  remove(path: string) {
    return this.#ask<void>('remove', [path]);
  }

  close(path: string) {
    return this.#ask<void>('close', [path]);
  }

  calls(document: Parameters<CodeService['calls']>[0]) {
    return this.#ask<Awaited<ReturnType<CodeService['calls']>>>('calls', [document]);
  }

  queries(textFiles: readonly string[]) {
    return this.#ask<Awaited<ReturnType<CodeService['queries']>>>('queries', [textFiles]);
  }

  facts(textFiles: readonly string[]) {
    return this.#ask<Awaited<ReturnType<CodeService['facts']>>>('facts', [textFiles]);
  }

  indexesInCode(...given: Parameters<CodeService['indexesInCode']>) {
    return this.#ask<Awaited<ReturnType<CodeService['indexesInCode']>>>('indexesInCode', given);
  }

  findings(options: Parameters<CodeService['findings']>[0]) {
    return this.#ask<Awaited<ReturnType<CodeService['findings']>>>('findings', [options]);
  }

  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rejectAll('The workspace’s code is not asked any more.');
    await worker?.terminate();
  }

  #ask<T>(method: keyof CodeService, given: readonly unknown[], options?: IndexOptions): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      const { signal } = options ?? {};
      if (signal?.aborted) return reject(signal.reason as Error);
      this.#waiting.set(id, { resolve, reject, options });
      signal?.addEventListener('abort', () => this.#cancel(id, signal), { once: true });
      this.#post({ id, method, arguments: given });
    });
  }

  #cancel(id: number, signal: AbortSignal): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    this.#worker?.postMessage({ id, method: 'cancel' } satisfies CodeRequest);
    waiting.reject(signal.reason as Error);
  }

  #post(request: CodeRequest): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const { program, memoryMb, ...data } = this.#options;
    const worker = new Worker(program, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    worker.unref();
    worker.on('message', (reply: CodeReply) => this.#take(reply));
    worker.on('error', (error) => this.#ended(worker, error.message));
    worker.on('exit', () => this.#ended(worker, 'its thread ended'));
    return worker;
  }

  #take(reply: CodeReply): void {
    if ('defect' in reply) {
      this.#events.onDefect(reply.defect);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    const { options, reject, resolve } = waiting;
    if ('progress' in reply) {
      options?.onProgress?.(reply.progress.read, reply.progress.files);
    } else if ('leftAlone' in reply) {
      options?.onLeftAlone?.(reply.leftAlone);
    } else {
      this.#waiting.delete(reply.id);
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(reply.value as never);
    }
  }

  #ended(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#rejectAll(`The workspace’s code cannot be asked: ${why}.`);
    this.#events.onEnd(why);
  }

  #rejectAll(message: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Problem('cancelled', message));
  }
}
