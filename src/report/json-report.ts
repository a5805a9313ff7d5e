import type { CheckReport } from './check-report';

export function jsonReport(report: CheckReport): string {
  return JSON.stringify(report, null, 2);
}
