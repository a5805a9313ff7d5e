const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** `\n`, `\x41`, `\u0041`, `\u{1f600}`; a backslash at the end of a line joins the lines. */
export function decodeEscape(sequence: string): string {
  const body = sequence.slice(1);
  const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\})$/.exec(body);
  if (code !== null) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '0', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  if (/^\r?\n|^[\r\u2028\u2029]/.test(body)) return '';
  return simple[body] ?? body;
}
