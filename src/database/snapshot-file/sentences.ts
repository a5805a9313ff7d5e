/** More of the same would only be scrolled past. */
const mostSentences = 50;

/** What was left out of a file, one sentence each; beyond the fiftieth they are counted. */
export class LeftOut {
  readonly #sentences: string[] = [];
  #more = 0;

  add(sentence: string): void {
    if (this.#sentences.length < mostSentences) this.#sentences.push(sentence);
    else this.#more++;
  }

  get sentences(): readonly string[] {
    if (this.#more === 0) return this.#sentences;
    return [...this.#sentences, `${this.#more.toLocaleString('en-US')} more of the snapshot file are left out.`];
  }
}

/** A text of an untrusted file, on one line, for people: quoted, cut, without control characters. */
export function shown(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, ' ');
}
