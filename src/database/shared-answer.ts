import { Problem } from '../nouns/problem';

/** An answer that is asked for once and kept, until it is forgotten or turns out to be a failure. */
export class SharedAnswer<T> {
  #answer: Promise<T> | undefined;

  async get(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const answer = this.#answer ?? ask();
    const isOurs = this.#answer !== answer;
    this.#answer = answer;
    try {
      return await answer;
    } catch (error) {
      if (this.#answer === answer) this.#answer = undefined;
      // Whoever asked first gave up: that is not our answer.
      const gaveUp = !isOurs && error instanceof Problem && error.kind === 'cancelled' && !signal?.aborted;
      if (gaveUp) return this.get(ask, signal);
      throw error;
    }
  }

  forget(): void {
    this.#answer = undefined;
  }
}
