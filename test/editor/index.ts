import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../support/run-mocha';

/**
 * What VS Code calls in its extension host, for the tests in a browser and in the desktop's editor alike. Rejects
 * when a test failed, which the desktop's runner turns into its exit code.
 */
export async function run(): Promise<void> {
  const reportFile = process.env.PLANLIGHT_TEST_REPORT ?? join(__dirname, 'report.json');
  const logFile = process.env.PLANLIGHT_TEST_LOG;
  const print = (line: string) => (logFile === undefined ? console.log(line) : appendFileSync(logFile, `${line}\n`));
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => join(__dirname, name));
  try {
    const { failed } = await runMocha(files, {
      reportFile,
      timeoutMs: 60_000,
      grep: process.env.PLANLIGHT_GREP,
      print,
    });
    if (failed > 0) throw new Error(`${failed} tests failed`);
  } catch (error) {
    print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  }
}
