import { formatBytes } from '../plan/format';

/** Nobody writes queries in a file this long: it is a dump. UTF-16 code units. */
const mostText = 2_000_000;

/** Why the text is not read: `9.5 MB is more than 1.9 MB`, `it is binary`; undefined when it is. */
export function whyLeftAlone(text: string): string | undefined {
  if (text.length > mostText) return `${formatBytes(text.length)} is more than ${formatBytes(mostText)}`;
  // A NUL is in no source file; the editor shows binary files as text when asked to.
  return text.includes('\0') ? 'it is binary' : undefined;
}
