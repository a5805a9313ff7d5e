import type { CheckReport, PlanningSummary } from './check-report';
import { githubReport } from './github-report';
import { jsonReport } from './json-report';
import { sarifReport } from './sarif-report';
import { textReport } from './text-report';

export type CheckFormat = 'text' | 'json' | 'sarif' | 'github';

/** `planning` says who planned, for people; the machines' formats have no place for it. */
export const checkReporters: Readonly<
  Record<CheckFormat, (report: CheckReport, planning?: PlanningSummary) => string>
> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
};
