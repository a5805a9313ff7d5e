import { join } from 'node:path';
import { Problem } from '../../nouns/problem';
import { snapshotOfStatements } from '../schema-files/workspace-schema-process';
import { WhatIfEngine } from './engine';
import type { ProblemText, WhatIfAnswers, WhatIfMessage, WhatIfReply } from './messages';

/**
 * The child process with the planner in memory. Requests come over IPC and are answered one after another; the
 * process holds one snapshot at a time and ends with its parent.
 */
class WhatIfProcess {
  readonly #folder: string;
  readonly #cancelled = new Set<number>();
  #queue: Promise<void> = Promise.resolve();
  #open: { key: string; engine: WhatIfEngine } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  receive(message: WhatIfMessage): void {
    if ('cancel' in message) {
      this.#cancelled.add(message.cancel);
      return;
    }
    this.#queue = this.#queue.then(() => this.#handle(message));
  }

  async #handle(message: Exclude<WhatIfMessage, { cancel: number }>): Promise<void> {
    const { id } = message;
    let outcome: { answer: WhatIfAnswers[keyof WhatIfAnswers] } | { problem: ProblemText } | { needsSnapshot: true };
    try {
      if (this.#cancelled.delete(id)) throw new Problem('cancelled', 'Cancelled before it began.');
      outcome = await this.#answer(message);
    } catch (error) {
      outcome = { problem: problemText(error) };
    }
    const reply: WhatIfReply = { id, residentBytes: process.memoryUsage.rss(), ...outcome };
    process.send?.(reply);
  }

  async #answer(
    message: Exclude<WhatIfMessage, { cancel: number }>,
  ): Promise<{ answer: WhatIfAnswers[keyof WhatIfAnswers] } | { needsSnapshot: true }> {
    const { request, key, snapshot } = message;
    if (request.kind === 'scripts') {
      return { answer: await snapshotOfStatements(this.#folder, request.files, request.assumedRows) };
    }
    if (key !== undefined && snapshot && this.#open?.key !== key) {
      await this.#open?.engine.close();
      this.#open = undefined;
      this.#open = { key, engine: await WhatIfEngine.open(this.#folder, snapshot) };
    }
    const open = this.#open;
    if (!open || open.key !== key) return { needsSnapshot: true };
    if (request.kind === 'open') return { answer: { leftOut: open.engine.leftOut } };
    if (request.kind === 'types') return { answer: await open.engine.types(request.sql) };
    return { answer: await open.engine.explain(request) };
  }
}

function problemText(error: unknown): ProblemText {
  if (error instanceof Problem) {
    return { kind: error.kind, message: error.message, hint: error.hint, range: error.range };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'server', message: `The planner in memory failed: ${message}` };
}

const planner = new WhatIfProcess(process.argv[2] ?? join(__dirname, 'pglite'));
process.on('message', (message) => planner.receive(message as WhatIfMessage));
// Ctrl-C in a terminal reaches the whole group: the parent decides what ends, and ends this.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
