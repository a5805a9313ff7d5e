import type { CheckFormat } from './arguments';
import type { CheckReport } from './check-report';
import { githubReport } from './github-report';
import { jsonReport } from './json-report';
import { sarifReport } from './sarif-report';
import { textReport } from './text-report';

/** `target` says who planned: `blog@localhost:5432`. */
export const checkReporters: Readonly<Record<CheckFormat, (report: CheckReport, target?: string) => string>> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
};
