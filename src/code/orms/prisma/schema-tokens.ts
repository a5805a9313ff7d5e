/** A word, a text in quotes, a number, or a mark of schema.prisma, with its offset. */
export interface SchemaToken {
  readonly kind: 'word' | 'text' | 'number' | 'mark' | 'line end';
  /** Of a text without its quotes and escapes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern =
  /(?<space>[ \t\r]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<line>\n)|(?<word>[\p{L}_][\p{L}\p{N}_.-]*)|"(?<text>(?:[^"\\\n]|\\.)*)"?|(?<number>-?\d[\d.]*)|(?<mark>@@|[\s\S])/uy;

/** The text of schema.prisma in pieces; comments are left out. Whatever stands there gets a token: nothing is refused. */
export function schemaTokens(text: string): SchemaToken[] {
  const result: SchemaToken[] = [];
  const pieces = new RegExp(pattern);
  for (let match = pieces.exec(text); match !== null && match[0] !== ''; match = pieces.exec(text)) {
    const { space, line, word, text: quoted, number, mark } = match.groups as Record<string, string | undefined>;
    if (space !== undefined) continue;
    const place = { start: match.index, end: pieces.lastIndex };
    if (line !== undefined) result.push({ kind: 'line end', text: '\n', ...place });
    else if (word !== undefined) result.push({ kind: 'word', text: word, ...place });
    else if (quoted !== undefined) result.push({ kind: 'text', text: unescaped(quoted), ...place });
    else if (number !== undefined) result.push({ kind: 'number', text: number, ...place });
    else result.push({ kind: 'mark', text: mark ?? '', ...place });
  }
  return result;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: '\n', r: '\r', t: '\t' }[code] ?? code;
  });
}
