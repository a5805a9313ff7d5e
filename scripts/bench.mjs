import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './build.mjs';
import { runInExtensionHost } from './lib/extension-host.mjs';
import { outFolder, root, runAsProgram } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { startSampleDatabase, testAmounts } from './lib/sample.mjs';
import { step } from './lib/steps.mjs';
import { makePackage } from './package.mjs';

/** How many fresh extension hosts the activation is measured in. */
const hosts = 5;

/** Prints what is measured beside its goal. A goal that is missed is printed as such; it is no error. */
await runAsProgram(import.meta.url, async () => {
  const vsix = await makePackage();
  const { size } = await stat(vsix);
  const analysis = await step('Measuring the analysis', measureAnalysis);
  const { activations, hovers, empty } = await measureEditor();
  // Hovers alternate with those of a provider that has nothing to do, and so meet the same load.
  const ours = hovers.map((ms, turn) => Math.max(0, ms - empty[turn]));
  const rows = [
    ['activation', times(activations), goal(median(activations), 50), '< 50 ms'],
    [
      `1,000-line TypeScript file, ${analysis.typeScript.queries} queries`,
      times(analysis.typeScript.first),
      goal(median(analysis.typeScript.first), 20),
      '< 20 ms',
    ],
    ['  after one edit', times(analysis.typeScript.edit), goal(median(analysis.typeScript.edit), 20), '< 20 ms'],
    [
      `SQL file, ${analysis.sql.queries} statements`,
      times(analysis.sql.first),
      goal(median(analysis.sql.first), 50),
      '< 50 ms',
    ],
    ['  after one edit', times(analysis.sql.edit), goal(median(analysis.sql.edit), 50), '< 50 ms'],
    ['hover with a known plan', times(ours), goal(median(ours), 5), '< 5 ms'],
    ["  with VS Code's own way to it and back", times(hovers), ' ', 'none'],
    ['VSIX', `${(size / 1e6).toFixed(1)} MB`, goal(size / 1e6, 15), '< 15 MB'],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log('');
  for (const [name, value, mark, wanted] of rows)
    console.log(`${mark} ${name.padEnd(width)}  ${value.padEnd(34)}  goal ${wanted}`);
});

async function measureAnalysis() {
  const program = join(outFolder, 'bench/analysis.js');
  const resultFile = join(outFolder, 'bench/analysis.json');
  await bundle({ source: 'test/bench/analysis.ts', outfile: program });
  for (const name of ['libpg-query.wasm', 'web-tree-sitter.wasm'])
    await copyFile(join(root, 'dist', name), join(outFolder, 'bench', name));
  await run(process.execPath, [program, join(root, 'dist/grammars'), resultFile], { timeoutMs: 120_000 });
  return JSON.parse(await readFile(resultFile, 'utf8'));
}

async function measureEditor() {
  const tests = join(outFolder, 'bench/editor.js');
  await bundle({ source: 'test/bench/editor.ts', outfile: tests });
  const database = await startSampleDatabase(testAmounts, { keep: false });
  const activations = [];
  let hovers = [];
  let empty = [];
  try {
    for (let host = 1; host <= hosts; host++) {
      await step(`Measuring in extension host ${host} of ${hosts}`, async () => {
        const reportFile = join(outFolder, 'bench/editor.json');
        const last = host === hosts;
        const env = { DATABASE_URL: database.url, PLANLIGHT_BENCH_HOVER: last ? '1' : undefined };
        await runInExtensionHost({ tests, reportFile, env, timeoutMs: 120_000 });
        const result = JSON.parse(await readFile(reportFile, 'utf8'));
        if (result.error) throw new Error(result.error);
        activations.push(result.activation);
        if (last) ({ ours: hovers, empty } = result);
      });
    }
  } finally {
    await database.stop();
  }
  return { activations, hovers, empty };
}

function times(values) {
  return `median ${median(values).toFixed(1)} ms, p95 ${quantile(values, 0.95).toFixed(1)} ms`;
}

function goal(value, limit) {
  return value < limit ? '✓' : '✗';
}

function median(values) {
  return quantile(values, 0.5);
}

/** The smallest value that at least the given share of the values does not exceed. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
