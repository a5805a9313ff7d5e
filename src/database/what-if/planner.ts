import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Problem } from '../../nouns/problem';
import { parsePlan } from '../../plan/parse-plan';
import { splitScript } from '../../sql/split';
import type { Growth } from '../growth/growth';
import type { HypotheticalPlan, HypotheticalPlanner, HypotheticalRequest } from '../planner';
import { forwardPart, type SchemaText, schemaFilesInOrder } from '../schema-files/workspace-schema';
import type { Snapshot } from '../snapshot';
import { cancelled, WhatIfChild } from './child';
import type { WhatIfAnswers, WhatIfReply, WhatIfRequest } from './messages';

export interface WhatIfOptions {
  /** dist/what-if-process.js */
  readonly processFile: string;
  /** The folder with pglite.wasm, pglite.data, prepared.tar.gz; by default `pglite` beside the process file. */
  readonly pgliteFolder?: string;
  /** After so long without a request the process is ended, in ms. */
  readonly idleMs: number;
  /**
   * Above this resident memory the process is restarted once it is at rest, unless the snapshot alone takes as much. An
   * empty one takes about 400 MB.
   */
  readonly memoryMb: number;
  /** Told once for each crash. */
  readonly onProblem: (message: string) => void;
}

interface Pending {
  readonly id: number;
  readonly request: WhatIfRequest;
  readonly key?: string;
  readonly snapshot?: Snapshot;
  readonly resolve: (answer: WhatIfAnswers[keyof WhatIfAnswers]) => void;
  readonly reject: (problem: Problem) => void;
  /** How often it was sent. */
  attempts: number;
}

/** Loading 2,000 tables takes 8 s, 10,000 take 40 s; a plan of 12 joins well under one. */
const timeoutMs = { open: 300_000, scripts: 120_000, explain: 60_000, types: 60_000 } as const;
/** The planner cannot be interrupted: what still runs so long after its cancellation is ended with its process. */
const cancelGraceMs = 3_000;

/** A planner in a process of its own, started on demand, that holds schemas and statistics but no rows. */
export class WhatIfPlanner {
  readonly #options: WhatIfOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #keys = new WeakMap<Snapshot, string>();
  #child: WhatIfChild | undefined;
  /** The snapshot that the process was last sent. */
  #heldKey: string | undefined;
  /** The resident memory of the process when it had done its first work, which is to load a snapshot. */
  #firstBytes: number | undefined;
  /** Requests that the process has not replied to, the abandoned ones included. */
  readonly #unanswered = new Set<number>();
  #nextId = 1;
  #idle: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: WhatIfOptions) {
    this.#options = options;
  }

  /** The process's id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Loads the snapshot unless it is the one that is held. Rejects with Problem. */
  async open(snapshot: Snapshot, signal?: AbortSignal): Promise<WhatIfDatabase> {
    const key = this.#keyOf(snapshot);
    const { leftOut } = (await this.#ask({ kind: 'open' }, { key, snapshot, signal })) as WhatIfAnswers['open'];
    return new WhatIfDatabase([...snapshot.leftOut, ...leftOut], (request, requestSignal) =>
      this.#ask(request, { key, snapshot, signal: requestSignal }),
    );
  }

  /** The schema that DDL and migration files give, run in the order of their names, with assumed statistics. */
  async snapshotOfScripts(
    files: readonly SchemaText[],
    options: { readonly assumedRows: number },
    signal?: AbortSignal,
  ): Promise<Snapshot> {
    const scripts = schemaFilesInOrder(files).map(({ name, text }) => ({
      name,
      statements: splitScript(forwardPart(text)).map((part) => part.text),
    }));
    const request = { kind: 'scripts', files: scripts, assumedRows: options.assumedRows } as const;
    return (await this.#ask(request, { signal })) as WhatIfAnswers['scripts'];
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#idle);
    for (const pending of [...this.#pending.values()]) this.#settle(pending, cancelled());
    await this.#endChild();
  }

  async #ask(
    request: WhatIfRequest,
    context: { key?: string; snapshot?: Snapshot; signal?: AbortSignal },
  ): Promise<WhatIfAnswers[keyof WhatIfAnswers]> {
    const { key, snapshot, signal } = context;
    if (this.#disposed || signal?.aborted) throw cancelled();
    const id = this.#nextId++;
    let onAbort = (): void => undefined;
    let timeout: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const pending: Pending = { id, request, key, snapshot, resolve, reject, attempts: 0 };
        onAbort = () => this.#abandon(pending, cancelled(), cancelGraceMs);
        signal?.addEventListener('abort', onAbort, { once: true });
        const limit = timeoutMs[request.kind];
        timeout = setTimeout(() => {
          const message = `The planner in memory did not answer within ${limit / 1000} seconds.`;
          this.#abandon(pending, new Problem('timeout', message), 0);
        }, limit);
        this.#pending.set(id, pending);
        this.#send(pending);
      });
    } finally {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #send(pending: Pending): void {
    clearTimeout(this.#idle);
    this.#child ??= this.#start();
    this.#child.setReferenced(true);
    pending.attempts++;
    const { id, request, key, snapshot } = pending;
    const isHeld = key === undefined || key === this.#heldKey;
    if (key !== undefined) this.#heldKey = key;
    this.#unanswered.add(id);
    this.#child.send({ id, request, key, ...(!isHeld && { snapshot }) });
  }

  #start(): WhatIfChild {
    const child: WhatIfChild = new WhatIfChild({
      processFile: this.#options.processFile,
      pgliteFolder: this.#options.pgliteFolder ?? join(dirname(this.#options.processFile), 'pglite'),
      onReply: (reply) => this.#receive(reply),
      onCrash: (reason) => this.#crashed(child, reason),
    });
    this.#heldKey = undefined;
    this.#firstBytes = undefined;
    return child;
  }

  #receive(reply: WhatIfReply): void {
    this.#unanswered.delete(reply.id);
    const pending = this.#pending.get(reply.id);
    if (pending) {
      if ('needsSnapshot' in reply) {
        this.#heldKey = undefined;
        if (pending.attempts < 3) this.#send(pending);
        else this.#settle(pending, new Problem('server', 'The planner in memory could not load the schema.'));
      } else if ('problem' in reply) {
        const { kind, message, hint, range } = reply.problem;
        this.#settle(pending, new Problem(kind, message, { hint, range }));
      } else {
        this.#settle(pending, reply.answer);
      }
    }
    // A schema of 10,000 tables takes more than most may: starting again would only load it again.
    this.#firstBytes ??= reply.residentBytes;
    const limit = Math.max(this.#options.memoryMb * 1024 * 1024, this.#firstBytes * 1.25);
    if (reply.residentBytes > limit) void this.#restart();
  }

  #settle(pending: Pending, outcome: Problem | WhatIfAnswers[keyof WhatIfAnswers]): void {
    this.#pending.delete(pending.id);
    if (outcome instanceof Problem) pending.reject(outcome);
    else pending.resolve(outcome);
    if (this.#pending.size > 0 || this.#disposed) return;
    this.#child?.setReferenced(false);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#endChild(), this.#options.idleMs).unref();
  }

  /** Answers the caller now; the process may go on with it for a while, then it is ended for the others' sake. */
  #abandon(pending: Pending, problem: Problem, graceMs: number): void {
    if (!this.#pending.has(pending.id)) return;
    const child = this.#child;
    this.#settle(pending, problem);
    child?.send({ cancel: pending.id });
    setTimeout(() => {
      if (child === this.#child && this.#unanswered.has(pending.id)) void this.#restart();
    }, graceMs).unref();
  }

  /** Ends the process; what others still wait for goes to a new one. */
  async #restart(): Promise<void> {
    const waiting = [...this.#pending.values()];
    await this.#endChild();
    for (const pending of waiting) if (this.#pending.has(pending.id)) this.#send(pending);
  }

  #crashed(child: WhatIfChild, reason: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#heldKey = undefined;
    this.#unanswered.clear();
    const message = `The planner in memory stopped (${reason}); the next request starts it again.`;
    this.#options.onProblem(message);
    // The first one was being worked on; the others get a second chance.
    const [first, ...others] = [...this.#pending.values()];
    if (first) this.#settle(first, new Problem('server', message));
    for (const pending of others) {
      if (pending.attempts < 2) this.#send(pending);
      else this.#settle(pending, new Problem('server', message));
    }
  }

  async #endChild(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#heldKey = undefined;
    this.#unanswered.clear();
    await child?.end();
  }

  #keyOf(snapshot: Snapshot): string {
    const known = this.#keys.get(snapshot);
    if (known !== undefined) return known;
    const key = createHash('sha1').update(JSON.stringify(snapshot)).digest('hex');
    this.#keys.set(snapshot, key);
    return key;
  }
}

type Ask = (request: WhatIfRequest, signal?: AbortSignal) => Promise<WhatIfAnswers[keyof WhatIfAnswers]>;

/** One snapshot's schema and statistics, to be asked for plans. Stays valid when the process is restarted. */
export class WhatIfDatabase implements HypotheticalPlanner {
  readonly by = 'what-if';
  /** What the planner does not have, and why; one sentence each. */
  readonly leftOut: readonly string[];
  readonly #ask: Ask;

  constructor(leftOut: readonly string[], ask: Ask) {
    this.leftOut = leftOut;
    this.#ask = ask;
  }

  /** With `growth` it is planned as if tables had grown. */
  async plan(asked: HypotheticalRequest & { readonly growth?: Growth }): Promise<HypotheticalPlan> {
    const { sql, values, indexes, growth, signal } = asked;
    const request = { kind: 'explain', sql, values, indexes, growth } as const;
    const answer = (await this.#ask(request, signal)) as WhatIfAnswers['explain'];
    return { plan: parsePlan(answer.json, 'what-if'), indexes: answer.indexes };
  }

  /** The type of each `$n`, as format_type prints it. */
  async parameterTypes(sql: string, signal?: AbortSignal): Promise<string[]> {
    return [...((await this.#ask({ kind: 'types', sql }, signal)) as WhatIfAnswers['types'])];
  }
}
