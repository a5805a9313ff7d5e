import type { Health } from '../../database/health/health';
import type { SqlParser } from '../../sql/parser';
import { readingOf } from '../../sql/statement-reading';

/** The health with what the parser says of each statement that the server counted. */
export function withReadings(health: Health, parser: SqlParser): Health {
  const { statements: section } = health;
  if ('missing' in section) return health;
  const statements = section.value.statements.map((statistic) => {
    const parsed = statistic.text === undefined ? undefined : parser.parse(statistic.text);
    return parsed?.ok ? { ...statistic, reading: readingOf(parsed.statement) } : statistic;
  });
  return { ...health, statements: { ...section, value: { ...section.value, statements } } };
}
