import type { EditFix, IndexFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import { fixStatements } from './fix-statements';

/**
 * The edit that writes the index below the query of a .sql file. `query` is the statement's place in `text`, without
 * its semicolon; the file's line ends are kept.
 */
export function indexBelowQuery(fix: IndexFix, text: string, query: TextRange): EditFix {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const semicolon = /^\s*;/.exec(text.slice(query.end))?.[0];
  const at = query.end + (semicolon?.length ?? 0);
  // What follows on the same line (a comment, the next statement) moves below the index.
  const restOfLine = /^[^\r\n]*/.exec(text.slice(at))?.[0] ?? '';
  const before = `${semicolon === undefined ? ';' : ''}${lineEnd}${lineEnd}`;
  const after = restOfLine.trim() === '' ? '' : `${lineEnd}${lineEnd}`;
  const newText = before + fixStatements(fix, { concurrently: false }).join(lineEnd) + after;
  return {
    kind: 'edit',
    title: `Write the index on ${fix.index.table} below the query`,
    edits: [{ range: { start: at, end: at }, newText }],
  };
}
