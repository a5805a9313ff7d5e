import type { TextRange } from '../nouns/text-range';

/** A backslash command of psql: `\d posts`, `\copy t from stdin`, `\;`. */
export interface MetaCommand {
  /** Without the backslash; '' for a lone one. */
  readonly name: string;
  /** The offset after the command and its arguments. */
  readonly end: number;
  /** Lines of data follow, up to `\.`. */
  readonly readsData: boolean;
}

/** `\\set author 17`; `end` is where the command ends in the script. */
export interface PsqlVariable {
  readonly name: string;
  readonly value: string;
  readonly end: number;
}

/** The script's `\\set name value …`, with the values put together and their quotes removed, as psql does. */
export function psqlVariables(text: string): PsqlVariable[] {
  if (!text.includes('\\set')) return [];
  return [...text.matchAll(/^[ \t]*\\set[ \t]+(\w+)[ \t]+([^\r\n]*)/gm)].flatMap((match) => {
    const [whole, name = '', rest = ''] = match;
    // `\\set now `date`` asks the shell, `\\set b :a` another variable: not known here.
    if (/`|(?:^|\s):/.test(rest)) return [];
    const value = rest.replace(/'((?:[^']|'')*)'|[ \t]+/g, (_, quoted?: string) => quoted?.replaceAll("''", "'") ?? '');
    return value === '' ? [] : [{ name, value, end: match.index + whole.length }];
  });
}

/** Commands that send the statement before them, as a semicolon does. */
const senders = new Set([
  'g',
  'gx',
  'gset',
  'gexec',
  'gdesc',
  'crosstabview',
  'watch',
  'parse',
  'bind_named',
  'sendpipeline',
  'startpipeline',
  'endpipeline',
]);

export function sendsQuery(name: string): boolean {
  return senders.has(name);
}

/** Reads the command at a backslash. It ends with its line, or at `\\`, the separator between commands. */
export function readMetaCommand(text: string, start: number): MetaCommand {
  const after = text[start + 1] ?? '';
  if (after === ';' || after === ':' || after === '\\') return { name: after, end: start + 2, readsData: false };
  const head = /\\([A-Za-z_]+|[!?.]|)\+?/y;
  head.lastIndex = start;
  const found = head.exec(text);
  const name = found?.[1] ?? '';
  let end = start + (found?.[0].length ?? 1);
  const argumentsStart = end;
  const takesLine = ['!', 'ef', 'ev', 'sf', 'sv', 'copy', 'h', 'help'].includes(name);
  let quote = '';
  for (; end < text.length; end++) {
    const character = text[end] ?? '';
    if (character === '\n' || character === '\r') break;
    if (takesLine) continue;
    if (quote !== '') {
      if (character === '\\' && quote === "'") end++;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"' || character === '`') {
      // A lone quote is an argument like any other: `\echo it's`.
      const lineEnd = text.indexOf('\n', end);
      const close = text.indexOf(character, end + 1);
      if (close >= 0 && (lineEnd < 0 || close < lineEnd)) quote = character;
    } else if (character === '\\') {
      if (text[end + 1] === '\\') end += 2;
      break;
    }
  }
  const readsData = name === 'copy' && /\bfrom\s+stdin\b/i.test(text.slice(argumentsStart, end));
  return { name, end, readsData };
}

/** Where the line after the data's `\.` begins; undefined when no line says `\.`, for then there is no data. */
export function endOfCopyData(text: string, from: number): number | undefined {
  const end = /^\\\.[ \t]*(?:\r?\n|(?![\s\S]))/gm;
  end.lastIndex = from;
  const found = end.exec(text);
  return found === null ? undefined : found.index + found[0].length;
}

/** The statement's text with spaces in place of the commands inside it. */
export function blankMetaCommands(text: string, range: TextRange, metas: readonly TextRange[]): string {
  let blanked = '';
  let at = range.start;
  for (const meta of metas) {
    if (meta.start >= range.end) break;
    blanked += text.slice(at, meta.start) + ' '.repeat(meta.end - meta.start);
    at = meta.end;
  }
  return blanked + text.slice(at, range.end);
}
