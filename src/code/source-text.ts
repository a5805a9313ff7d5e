/** Bytes that are not UTF-8 become U+FFFD; UTF-16 is read where a byte order mark says so; the mark is left out. */
export function sourceText(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
