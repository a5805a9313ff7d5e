import type { HealthReport } from './health-report';
import { healthText } from './health-text';

/** A format of `planlight health`: one function, one line here. */
export const healthReporters = {
  text: healthText,
  json: (report: HealthReport): string => JSON.stringify(report, undefined, 2),
} as const satisfies Record<string, (report: HealthReport) => string>;

export type HealthFormat = keyof typeof healthReporters;
