import type { ParseArgsConfig } from 'node:util';
import { Problem } from '../nouns/problem';
import type { Console } from '../report/console';
import type { Services } from './services';

/** One command of the command line. `Run` is what its arguments mean. */
export interface Command<Run = unknown> {
  readonly name: string;
  /** `PATHS… [options]`: what stands behind the name. */
  readonly synopsis: string;
  /** Half a sentence for the main help. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly usage: string;
  /** An option that several commands have has the same type in each. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** @throws {Problem} 'not-understood' with one sentence. */
  read(given: Given): Run;
  /** @returns the exit code. A rejection is told in one sentence; its exit code is 2. */
  run(run: Run, environment: Environment): Promise<number>;
}

export interface Given {
  /** By option; those that were not given are undefined. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** What stands after the command's name and is no option. */
  readonly words: readonly string[];
}

export interface Environment {
  readonly services: Services;
  readonly console: Console;
  readonly signal: AbortSignal;
}

export function text(given: Given, option: string): string | undefined {
  const value = given.values[option];
  return typeof value === 'string' ? value : undefined;
}

export function oneOf<T extends string>(given: Given, option: string, allowed: readonly [T, ...T[]], usual: T): T {
  const value = text(given, option) ?? usual;
  const found = allowed.find((one) => one === value);
  if (!found) throw wrong(`--${option} takes ${allowed.join(', ')}, not ${value}`);
  return found;
}

/** A whole number from 1 to `most`. */
export function upTo(most: number, given: Given, option: string, usual: string): number {
  const value = text(given, option) ?? usual;
  const number = Number(value);
  if (!/^[1-9]\d{0,14}$/.test(value) || number > most) {
    throw wrong(`--${option} takes a whole number from 1 to ${most.toLocaleString('en-US')}, not ${value}`);
  }
  return number;
}

/** `check needs at least one file or folder` → with where to look. */
export function wrong(sentence: string, command?: string): Problem {
  return new Problem('not-understood', `${sentence}. See planlight ${command ? `${command} ` : ''}--help.`);
}
