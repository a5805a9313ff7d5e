import type { ChildProcess, StdioOptions } from 'node:child_process';

export interface StartOptions {
  cwd?: string;
  /** Added to ours; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  stdio?: StdioOptions;
}

/** Starts a process that ends with us at the latest. */
export function start(command: string, args: readonly string[], options?: StartOptions): ChildProcess;
/** Ends a process and its children: asked first, forced after `graceMs`. */
export function stop(child: ChildProcess, graceMs?: number): Promise<void>;
