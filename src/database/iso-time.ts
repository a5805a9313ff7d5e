/** SQL for a timestamptz as ISO 8601 in UTC: `2026-05-04T08:15:00.250Z`; NULL stays NULL. */
export function isoTime(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
