import type { SourceDocument } from '../nouns/query-site';
import { formatBytes } from '../plan/format';

/** Nobody writes queries in a file this long: it is a dump. UTF-16 code units. */
const mostText = 2_000_000;

/** A client that a tool writes is this long; a model that a tool writes is not, and is of use. UTF-16 code units. */
const mostGenerated = 150_000;

/** Characters of a line, on average, that nobody writes by hand; below the length of one such file it may be a long text. */
const longestLine = 500;
const shortestBundle = 20_000;

/** Why the text is not read: `9.5 MB is more than 1.9 MB`, `it is binary`; undefined when it is. */
export function whyLeftAlone(text: string): string | undefined {
  if (text.length > mostText) return `${formatBytes(text.length)} is more than ${formatBytes(mostText)}`;
  // A NUL is in no source file; the editor shows binary files as text when asked to.
  return text.includes('\0') ? 'it is binary' : undefined;
}

/** Why a program is not read: besides what `whyLeftAlone` says, `it is minified`, `it is generated`. */
export function whyNoProgram(text: string): string | undefined {
  const why = whyLeftAlone(text);
  if (why !== undefined || text.length < shortestBundle) return why;
  if (text.length / linesOf(text) > longestLine) return 'it is minified';
  return text.length > mostGenerated && saysGenerated(text) ? 'it is generated' : undefined;
}

/** Why the queries of a document are not looked for; SQL may stand in one long line, a program does not. */
export function whyNotRead({ languageId, text }: Pick<SourceDocument, 'languageId' | 'text'>): string | undefined {
  return languageId === 'sql' ? whyLeftAlone(text) : whyNoProgram(text);
}

function linesOf(text: string): number {
  let lines = 1;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines++;
  return lines;
}

/** In the comments at its beginning. */
function saysGenerated(text: string): boolean {
  return /(?:\/\/|\/\*|\*|#)[^\n]*(?:@generated|\bauto-?generated\b|\bgenerated (?:by|file|code)\b|do not (?:edit|modify)\b)/i.test(
    text.slice(0, 1_500),
  );
}
