import { runMocha } from './run-mocha';

/** The program behind a Mocha step of `npm test`: `REPORT_FILE TIMEOUT_MS FILE…`. */
async function main([reportFile, timeoutMs, ...files]: string[]): Promise<number> {
  if (reportFile === undefined || timeoutMs === undefined) throw new Error('REPORT_FILE and TIMEOUT_MS are missing.');
  const { failed } = await runMocha(files, {
    reportFile,
    timeoutMs: Number(timeoutMs),
    grep: process.env.PLANLIGHT_GREP,
  });
  return failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  // A test may leave a timer or a socket behind; the run ends all the same.
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
