import type { Finding } from '../nouns/finding';
import type { Fix, IndexDefinition } from '../nouns/fix';

/**
 * What is said of the statements of one call, each advice once. The forms that its branches give differ by a condition, and
 * each would have its own numbers for the same index; the first statement's are kept.
 */
export function distinctFindings(ofStatements: readonly (readonly Finding[])[]): readonly Finding[] {
  const kept: Finding[] = [];
  for (const findings of ofStatements) {
    const earlier = [...kept];
    for (const finding of findings) {
      const isSaid = kept.some(({ message }) => message === finding.message);
      if (!isSaid && !earlier.some((one) => advisesSame(one, finding))) kept.push(finding);
    }
  }
  return kept;
}

function advisesSame(said: Finding, finding: Finding): boolean {
  if (said.rule !== finding.rule) return false;
  if (finding.fixes.length === 0) return said.fixes.length === 0 && withoutNumbers(said) === withoutNumbers(finding);
  return finding.fixes.every((fix) => said.fixes.some((one) => covers(one, fix)));
}

function withoutNumbers({ message }: Finding): string {
  return message.replace(/\d[\d,.]*/g, '0');
}

/**
 * An index that begins with the columns of another one serves what that one serves; of two that get the same name, since only
 * a direction differs, a person creates one.
 */
function covers(fix: Fix, other: Fix): boolean {
  if (fix.kind !== 'index' || other.kind !== 'index') return fix.kind === other.kind && fix.title === other.title;
  const [a, b] = [fix.index, other.index];
  if (keyOf(a) !== keyOf(b)) return false;
  if (a.name === b.name) return true;
  const included = (b.include ?? []).every((name) => a.include?.includes(name));
  return included && b.columns.every((column, i) => JSON.stringify(column) === JSON.stringify(a.columns[i]));
}

function keyOf({ schema, table, method, where }: IndexDefinition): string {
  return JSON.stringify([schema, table, method, where]);
}
