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
  ...planRules,
].map(({ id, title, reference }) => ({ id, title, reference }));
