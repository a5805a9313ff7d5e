import type { Health } from '../../database/health/health';
import type { SqlParser } from '../../sql/parser';
import { readingOf } from '../../sql/statement-reading';

/** The health with what the parser says of each statement that the server counted. */
export function withReadings(health: Health, parser: SqlParser): Health {
  const { statements: section } = health;
  if ('missing' in section) return health;
  const statements = section.value.statements.map((statistic) => {
    const parsed = statistic.text === undefined ? undefined : parser.parse(bareText(statistic.text));
    return parsed?.ok ? { ...statistic, reading: readingOf(parsed.statement) } : statistic;
  });
  return { ...health, statements: { ...section, value: { ...section.value, statements } } };
}

/** `PREPARE p (int) AS SELECT …` is counted under that text, and so is a cursor: who wrote it wrote the SELECT. */
function bareText(text: string): string {
  return text.replace(
    /^\s*(?:PREPARE\s+(?:"[^"]+"|\S+)\s*(?:\([^()]*\)\s*)?AS|DECLARE\s+(?:"[^"]+"|\S+)\s[\w\s]*?CURSOR\s(?:WITH(?:OUT)?\s+HOLD\s+)?FOR)\s+/i,
    '',
  );
}
