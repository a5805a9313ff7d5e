import type { GuideFix } from '../../nouns/check';
import type { IndexFix } from '../../nouns/fix';
import { formatBytes, formatCost } from '../../plan/format';

/** What a person would run; undefined for edits, new files, and the tasks that Planlight runs. */
export function textOfFix(fix: GuideFix): string | undefined {
  switch (fix.kind) {
    case 'edit':
    case 'maintenance':
    case 'file':
      return undefined;
    case 'index':
      return [...(fix.needs === undefined ? [] : [fix.needs]), fix.concurrently].map((sql) => `${sql};`).join('\n');
    case 'statement':
    case 'setting':
      return `${fix.sql.replace(/;\s*$/, '')};`;
    case 'command':
      return fix.command;
  }
}

/** What a person has to fill in, and must know; a sentence each. */
export function notesOfFix(fix: GuideFix): string[] {
  const placeholders = 'placeholders' in fix ? fix.placeholders : [];
  const proof = fix.kind === 'index' ? [proofOf(fix)] : [];
  return [...proof, ...placeholders, ...('note' in fix && fix.note !== undefined ? [fix.note] : [])];
}

function proofOf({ proof: { costBefore, costAfter, sizeBytes } }: IndexFix): string {
  return `The planner’s cost of the query falls from ${formatCost(costBefore)} to ${formatCost(costAfter)}; the index takes about ${formatBytes(sizeBytes)}.`;
}
