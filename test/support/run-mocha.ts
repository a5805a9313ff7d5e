import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Mocha from 'mocha';

export interface MochaCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Runs test files one after the other, prints each test's name, and leaves the counts in `reportFile`: its absence
 * tells that the run did not come to its end.
 */
export async function runMocha(
  files: readonly string[],
  options: { reportFile: string; timeoutMs: number; grep?: string; print?: (line: string) => void },
): Promise<MochaCounts> {
  const { print } = options;
  if (print) Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => print(formatted(parts));
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: options.timeoutMs,
    color: process.env.PLANLIGHT_COLOR === '1',
  });
  if (options.grep !== undefined) mocha.grep(new RegExp(options.grep));
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const counts = await new Promise<MochaCounts>((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
  mkdirSync(dirname(options.reportFile), { recursive: true });
  writeFileSync(options.reportFile, JSON.stringify(counts));
  return counts;
}

/** `console.log`'s way with `%s` and `%d`, which Mocha's reporters use. */
function formatted(parts: readonly unknown[]): string {
  const [first, ...rest] = parts;
  if (typeof first !== 'string') return parts.map(String).join(' ');
  const values = [...rest];
  const text = first.replace(/%[sd%]/g, (code) => (code === '%%' ? '%' : String(values.shift() ?? '')));
  return [text, ...values.map(String)].join(' ');
}
