import type { Health, Section } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import type { FactName, GuideFacts } from '../facts';
import { unknown } from './results';

/** The section's value; undefined when nothing of it could be seen. */
export function seen<T>(section: Section<T> | undefined): T | undefined {
  return section && 'value' in section ? section.value : undefined;
}

/** What could not be seen of these sections, a sentence each. */
export function missingOf(...sections: readonly (Section<unknown> | undefined)[]): string[] {
  return sections.flatMap((section) => {
    if (!section) return [];
    const sentence = 'missing' in section ? section.missing : section.partly;
    return sentence === undefined ? [] : [sentence];
  });
}

/** The answer of a check that asks a server, where there is none or it could not be asked. */
export function withHealth(facts: GuideFacts, judge: (health: Health) => CheckResult): CheckResult {
  if (facts.health) return judge(facts.health);
  return unknown('The server was not asked.', [whyMissing(facts, 'health')]);
}

/** The answer of a check that asks about one section of the server's statistics, where that cannot be seen. */
export function withSection<T>(
  facts: GuideFacts,
  select: (health: Health) => Section<T>,
  judge: (value: T, health: Health) => CheckResult,
): CheckResult {
  return withHealth(facts, (health) => {
    const section = select(health);
    if ('missing' in section) return unknown('The server does not show it.', [section.missing]);
    const result = judge(section.value, health);
    if (section.partly === undefined) return result;
    return { ...result, missing: [...new Set([...(result.missing ?? []), section.partly])] };
  });
}

export function whyMissing({ missing }: GuideFacts, name: FactName): string {
  return missing[name] ?? 'It was not asked.';
}
