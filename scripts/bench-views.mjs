import { join } from 'node:path';
import { root, runAsProgram } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { step } from './lib/steps.mjs';
import { makePackage } from './package.mjs';

/** In ms, from the click, with connecting. */
const goal = 2_000;

/** Prints how soon each view shows what it reads of a database with 20,000 tables. A goal that is missed is no error. */
await runAsProgram(import.meta.url, async () => {
  const vsix = await makePackage();
  const figures = await step('Measuring the views', async () => {
    const args = ['--import', 'tsx', join(root, 'test/bench/views.ts')];
    const env = { PLANLIGHT_TEST_VSIX: vsix };
    const { stdout } = await run(process.execPath, args, { cwd: root, env, timeoutMs: 900_000 });
    return JSON.parse(stdout);
  });
  console.log('');
  for (const [view, times] of Object.entries(figures)) {
    const [least, most] = [Math.min(...times), Math.max(...times)];
    const seconds = `${(least / 1000).toFixed(2)} to ${(most / 1000).toFixed(2)} s`;
    console.log(`${most < goal ? '✓' : '✗'} ${view.padEnd(12)} ${seconds} in ${times.length} windows, goal < 2 s`);
  }
});
