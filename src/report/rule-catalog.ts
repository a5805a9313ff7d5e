import { codeRules } from '../rules/code-rules';
import { planRules } from '../rules/plan-rules';
import { textRules } from '../rules/text-rules';

export interface RuleEntry {
  readonly id: string;
  readonly title: string;
  readonly reference: string;
}

/** Every rule that a finding can carry, those that no file of src/rules makes included. */
export const ruleCatalog: readonly RuleEntry[] = [
  {
    id: 'syntax-error',
    title: 'PostgreSQL does not understand the statement',
    reference: 'https://www.postgresql.org/docs/current/sql-commands.html',
  },
  {
    id: 'no-plan',
    title: 'The database gave no plan',
    reference: 'https://www.postgresql.org/docs/current/sql-explain.html',
  },
  ...textRules,
  // What a loop itself sends is told by the text rule of the same name.
  ...codeRules.filter(({ id }) => !textRules.some((rule) => rule.id === id)),
  ...planRules,
].map(({ id, title, reference }) => ({ id, title, reference }));
