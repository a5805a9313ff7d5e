import type { CheckState, GuideFix } from '../../nouns/check';

/** As words, beside what a colour says. */
export const stateWords: Readonly<Record<CheckState, string>> = {
  passed: 'passed',
  attention: 'needs attention',
  failed: 'failed',
  'not applicable': 'not applicable',
  unknown: 'unknown',
};

/** Codicons. */
export const stateIcons: Readonly<Record<CheckState, string>> = {
  passed: 'pass',
  attention: 'warning',
  failed: 'error',
  'not applicable': 'circle-slash',
  unknown: 'question',
};

/** What a click on it does. */
export const fixWords: Readonly<Record<GuideFix['kind'], string>> = {
  edit: 'Preview the change',
  index: 'Create the index…',
  statement: 'Run the statement…',
  setting: 'Change the setting…',
  file: 'Open the new files',
  command: 'Put it into a terminal',
  maintenance: 'Run it…',
};

/** Codicons. */
export const fixIcons: Readonly<Record<GuideFix['kind'], string>> = {
  edit: 'edit',
  index: 'database',
  statement: 'play',
  setting: 'settings-gear',
  file: 'new-file',
  command: 'terminal',
  maintenance: 'tools',
};

/** What names a fix in a command: it is looked up when it is applied, in what the checklist says then. */
export interface FixArgument {
  readonly check: string;
  readonly title: string;
  /** Its place among the check's fixes: two may have the same title. */
  readonly at: number;
}

export function isFixArgument(argument: unknown): argument is FixArgument {
  const { check, title, at } = (argument ?? {}) as Partial<FixArgument>;
  return typeof check === 'string' && typeof title === 'string' && typeof at === 'number';
}

export function fixOf({ title, at }: FixArgument, fixes: readonly GuideFix[]): GuideFix | undefined {
  const there = fixes[at];
  return there?.title === title ? there : fixes.find((fix) => fix.title === title);
}
