import type { TextRange } from '../../nouns/text-range';
import { withoutPassword } from './secrets';

export interface MaintenanceStatement {
  /** As it stands there, but for a password: then it is shorter than its range. */
  readonly text: string;
  readonly range: TextRange;
}

/** `VACUUM (ANALYZE) posts`, `REINDEX DATABASE blog`, and the programs that send them: `vacuumdb --all`. `EXPLAIN ANALYZE` is none. */
const statement =
  /(?<!EXPLAIN\s)(?<!EXPLAIN\s\()(?<![\w-])(?:VACUUM|REINDEX|ANALYZE|CLUSTER)\b(?:\s*\([^)\n]*\))?(?:[ \t]+(?!(?:and|or|the|to|is|of|every|runs?|weekly)\b)(?:"\w+"|[\w.*-])+)*|(?<![\w.-])(?:vacuumdb|reindexdb|pg_repack|pg_squeeze)\b(?:[ \t]+[^\s;|&"'`]+)*/gi;

/** Those of a file between two places; lines of comments say nothing. */
export function maintenanceStatements(text: string, { start, end }: TextRange): MaintenanceStatement[] {
  const code = text.slice(start, end).replace(/^[ \t]*(?:#|--).*$/gm, (line) => ' '.repeat(line.length));
  return [...code.matchAll(statement)]
    .filter(({ 0: found, index }) => isStatement(found, code.slice(0, index)))
    .map(({ 0: found, index }) => {
      const shown = found.trimEnd();
      return { text: withoutPassword(shown), range: { start: start + index, end: start + index + shown.length } };
    });
}

/** Not the name of a job or a label: `name: vacuum`, `app: analyze-posts`. */
function isStatement(found: string, before: string): boolean {
  if (/^(?:vacuumdb|reindexdb|pg_)/i.test(found)) return !/(?:name|image|app|component):\s*["']?$/i.test(before);
  if (
    /(?:name|app|component|schedule|description|kind|part-of|instance|image|serviceAccountName):[^\n]*$/i.test(before)
  )
    return false;
  if (/-$|\/$/.test(before)) return false;
  return /^[A-Z]/.test(found) || /(?:["'$`(;]|\n|-c)\s*$/.test(before) || /\s/.test(found);
}
