import type { HealthReport } from '../analysis/health-report/health-report';
import { healthHtml } from '../analysis/health-report/html';
import { healthText } from './health-text';

/** A format of `planlight health`: one function, one line here. */
export const healthReporters = {
  text: healthText,
  json: (report: HealthReport): string => JSON.stringify(report, undefined, 2),
  html: healthHtml,
} as const satisfies Record<string, (report: HealthReport) => string>;

export type HealthFormat = keyof typeof healthReporters;
