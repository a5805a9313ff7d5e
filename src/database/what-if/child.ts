import { type ChildProcess, fork } from 'node:child_process';
import { Problem } from '../../nouns/problem';
import type { WhatIfMessage, WhatIfReply } from './messages';

export interface ChildOptions {
  readonly processFile: string;
  readonly pgliteFolder: string;
  readonly onReply: (reply: WhatIfReply) => void;
  /** It ended without being asked to; told once, with the reason in a few words. */
  readonly onCrash: (reason: string) => void;
}

/** The process with the planner in memory, from the parent's side. */
export class WhatIfChild {
  readonly #process: ChildProcess;
  #ended = false;
  #errors = '';

  constructor(options: ChildOptions) {
    this.#process = fork(options.processFile, [options.pgliteFolder], {
      // WebAssembly's memory is not part of the heap that this limits.
      execArgv: ['--max-old-space-size=1024'],
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#errors = `${this.#errors}${data.toString('utf8')}`.slice(-2_000);
    });
    this.#process.on('message', (reply) => {
      if (!this.#ended) options.onReply(reply as WhatIfReply);
    });
    const crashed = (reason: string): void => {
      if (this.#ended) return;
      this.#ended = true;
      options.onCrash(reason);
    };
    this.#process.on('error', (error) => crashed(error.message));
    this.#process.on('exit', (code, signal) => {
      const said = /^(?:\w*Error|FATAL ERROR): .*$/m.exec(this.#errors)?.[0];
      crashed(said ?? (signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(message: WhatIfMessage): void {
    // A failure to send is followed by 'exit', which answers for all that is pending.
    if (!this.#ended && this.#process.connected) this.#process.send(message, () => undefined);
  }

  /** Ends it at once; resolves when it is gone. */
  async end(): Promise<void> {
    const alreadyEnded = this.#ended || this.#process.exitCode !== null || this.#process.signalCode !== null;
    this.#ended = true;
    if (alreadyEnded) return;
    // Else nothing keeps the parent alive for the rest of its own work.
    this.setReferenced(true);
    await new Promise<void>((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.kill('SIGKILL');
    });
  }

  /** The process alone does not keep the parent alive. */
  setReferenced(referenced: boolean): void {
    const channel = this.#process.channel as { ref(): void; unref(): void } | null | undefined;
    const stderr = this.#process.stderr as { ref?(): void; unref?(): void } | null;
    if (referenced) {
      this.#process.ref();
      channel?.ref();
      stderr?.ref?.();
    } else {
      this.#process.unref();
      channel?.unref();
      stderr?.unref?.();
    }
  }
}

/** Nothing of the parent's environment (DATABASE_URL, PGPASSWORD, …) is the child's business, except what systems need. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LD_LIBRARY_PATH'];
  const entries = kept.map((name) => [name, process.env[name]] as const).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(entries), ELECTRON_RUN_AS_NODE: '1' };
}

export function cancelled(): Problem {
  return new Problem('cancelled', 'The request to the planner in memory was cancelled.');
}
