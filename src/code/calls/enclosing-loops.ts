import type { Loop } from '../../nouns/query-site';
import type { TextRange } from '../../nouns/text-range';
import type { FileFacts } from '../facts/facts';
import type { Repeat } from './repeats';
import { Turns } from './turns';

/** The loops of one file by place. Its facts are read when the first place is asked for: most files never are. */
export class EnclosingLoops {
  readonly #text: string;
  readonly #read: () => FileFacts;
  #turns: Turns | undefined;

  constructor(text: string, read: () => FileFacts) {
    this.#text = text;
    this.#read = read;
  }

  /** The loop that runs what stands there once for each turn. */
  around(offset: number): Loop | undefined {
    this.#turns ??= new Turns(this.#read());
    const repeat = this.#turns.aroundOffset(offset);
    return repeat && { kind: kindOf(repeat), range: this.#headOf(repeat) };
  }

  /** `posts.map(async (post) =>`: with the arrow, so that a person sees a function. */
  #headOf({ kind, headRange, callback }: Repeat): TextRange {
    if (kind !== 'callback' || callback === undefined) return headRange;
    const arrow = /^(?:\s*\(\))?[^(){};]*\)?\s*(?::[^=;{]*)?=>/.exec(
      this.#text.slice(headRange.end, headRange.end + 200),
    );
    return { start: headRange.start, end: headRange.end + (arrow?.[0].length ?? 0) };
  }
}

function kindOf({ kind }: Repeat): Loop['kind'] {
  if (kind === 'while' || kind === 'do') return 'while';
  return kind === 'callback' || kind === 'recursion' || kind === 'field resolver' ? 'callback' : 'for';
}
