import type { CheckResult, CheckState } from '../../nouns/check';

type Details = Omit<CheckResult, 'state' | 'says'>;

const result =
  (state: CheckState) =>
  (says: string, details: Details = {}): CheckResult => ({ state, says, ...details });

export const passed = result('passed');
export const attention = result('attention');
export const failed = result('failed');
export const notApplicable = result('not applicable');

/** `missing`: what is missing to know it, and what would show it; a sentence each. */
export function unknown(says: string, missing: readonly string[]): CheckResult {
  return { state: 'unknown', says, missing };
}
