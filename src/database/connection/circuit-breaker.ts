import type { Problem, ProblemKind } from '../../nouns/problem';

/** How long a server that could not be reached is left alone, in ms. */
const restMs = 30_000;

/** Trying again at once would cost the same timeout, or lock an account after too many wrong passwords. */
const breaking: ReadonlySet<ProblemKind> = new Set([
  'unreachable',
  'authentication',
  'tls',
  'timeout',
  'not-understood',
]);

/** An unreachable server costs one timeout, not one for each file. */
export class CircuitBreaker {
  #problem: Problem | undefined;
  #until = 0;

  /** The problem that is known already, or undefined when it is worth a try. */
  get open(): Problem | undefined {
    return performance.now() < this.#until ? this.#problem : undefined;
  }

  failed(problem: Problem): void {
    if (!breaking.has(problem.kind)) return;
    this.#problem = problem;
    this.#until = performance.now() + restMs;
  }

  reset(): void {
    this.#problem = undefined;
    this.#until = 0;
  }
}
