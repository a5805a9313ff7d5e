/** Carries the parser's positions to offsets in UTF-16 code units. ASCII text, the usual case, needs no table. */
export class ByteOffsets {
  readonly #text: string;
  readonly #isAscii: boolean;
  /** UTF-8 offset of every UTF-16 offset; filled on first use. */
  #bytes: Uint32Array | undefined;

  constructor(text: string) {
    this.#text = text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
    this.#isAscii = /^[\x00-\x7f]*$/.test(text);
  }

  /** `location`, `stmt_location` and `stmt_len` of the parse tree count UTF-8 bytes. */
  fromByte(byte: number): number {
    if (this.#isAscii) return Math.min(byte, this.#text.length);
    this.#bytes ??= utf8Offsets(this.#text);
    let low = 0;
    let high = this.#text.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bytes[middle] ?? 0) < byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** `cursorPosition` of an error counts characters: an emoji is one here and two code units in JavaScript. */
  fromCharacter(character: number): number {
    if (this.#isAscii) return Math.min(character, this.#text.length);
    let offset = 0;
    for (let i = 0; i < character && offset < this.#text.length; i++) {
      offset += (this.#text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
    }
    return offset;
  }
}

function utf8Offsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    offsets[i] = bytes;
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      offsets[++i] = bytes;
    } else bytes += 3;
  }
  offsets[text.length] = bytes;
  return offsets;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
