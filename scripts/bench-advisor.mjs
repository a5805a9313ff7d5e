import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, bundle } from './build.mjs';
import { outFolder, root, runAsProgram } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { sampleFolder, startSampleDatabase } from './lib/sample.mjs';
import { step } from './lib/steps.mjs';

const megabyte = 1_000_000;
/** Of the sample, whose tables take 120 MB. */
const sampleBudgets = [5, 10, 25, 50, 100, undefined];

/**
 * Prints what `planlight advise` makes of TPC-H and of the sample at several budgets: cost relative to no index, indexes,
 * size, what-ifs and seconds. TPC-H's folder holds schema.sql, stats.json and queries/; where BASELINES.md stands beside it
 * (or in it), the figures of other algorithms are printed too. A goal that is missed is no error.
 */
await runAsProgram(import.meta.url, async ([folder]) => {
  await build();
  const missing = whatIsMissing(folder);
  if (missing === undefined) await tpch(resolve(folder));
  else console.log(`TPC-H is not measured: ${missing}`);
  await sample();
});

function whatIsMissing(folder) {
  if (folder === undefined) return 'no folder was named (npm run bench:advisor -- FOLDER).';
  const names = ['schema.sql', 'stats.json', 'queries'].filter((name) => !existsSync(join(folder, name)));
  return names.length === 0 ? undefined : `${folder} has no ${names.join(', no ')}.`;
}

async function tpch(folder) {
  const snapshot = join(outFolder, 'bench/tpch.json');
  await step('Reading TPC-H', async () => {
    await mkdir(join(outFolder, 'bench'), { recursive: true });
    const program = join(outFolder, 'bench/advisor.js');
    await bundle({ source: 'test/bench/advisor.ts', outfile: program });
    for (const name of ['libpg-query.wasm', 'web-tree-sitter.wasm'])
      await copyFile(join(root, 'dist', name), join(outFolder, 'bench', name));
    await run(process.execPath, [program, join(root, 'dist/what-if-process.js'), folder, snapshot]);
  });
  const others = await baselines(folder);
  const arguments_ = ['--snapshot', snapshot, join(folder, 'queries')];
  const rows = [
    ['budget', 'cost', 'indexes', 'size', 'what-ifs', 'seconds', 'after', 'cost', 'best of others', 'Extend'],
  ];
  for (const { megabytes, best, extend } of others) {
    const whole = await advise([...arguments_, '--budget', `${megabytes * megabyte}B`]);
    // Extend had so much time: what is the answer by then?
    const early =
      extend && (await advise([...arguments_, '--budget', `${megabytes * megabyte}B`, '--time-limit', extend.seconds]));
    rows.push([
      `${megabytes} MB`,
      mark(whole.percent, best),
      ...facts(whole),
      extend ? `${extend.seconds} s` : '',
      early ? mark(early.percent, best) : '',
      best === undefined ? '' : `${best} %`,
      extend ? `${extend.percent} % in ${extend.seconds} s` : '',
    ]);
  }
  const unlimited = await advise(arguments_);
  rows.push(['none', `${unlimited.percent.toFixed(2)} %`, ...facts(unlimited)]);
  print('TPC-H', rows);
}

async function sample() {
  const database = await startSampleDatabase({}, { keep: true });
  try {
    const rows = [['budget', 'cost', 'indexes', 'size', 'what-ifs', 'seconds']];
    for (const megabytes of sampleBudgets) {
      const budget = megabytes === undefined ? [] : ['--budget', `${megabytes * megabyte}B`];
      const answer = await advise(['--database', database.url, join(sampleFolder, 'src'), ...budget]);
      const name = megabytes === undefined ? 'none' : `${megabytes} MB`;
      rows.push([name, `${answer.percent.toFixed(2)} %`, ...facts(answer)]);
    }
    print('Sample', rows);
  } finally {
    await database.stop();
  }
}

async function advise(more) {
  const { stdout } = await run(process.execPath, [join(root, 'dist/cli.js'), 'advise', '--format', 'json', ...more]);
  const { cost, indexes, whatIfs, milliseconds } = JSON.parse(stdout);
  return { percent: (cost.after / cost.before) * 100, indexes, whatIfs, milliseconds };
}

function facts({ indexes, whatIfs, milliseconds }) {
  const bytes = indexes.reduce((sum, { size }) => sum + size, 0);
  return [
    String(indexes.length),
    `${(bytes / megabyte).toFixed(0)} MB`,
    String(whatIfs),
    (milliseconds / 1000).toFixed(1),
  ];
}

/** Per cent of the cost without indexes, and whether that is as good as the best that is known. */
function mark(percent, best) {
  return `${best === undefined ? ' ' : percent <= best ? '✓' : '✗'} ${percent.toFixed(2)} %`;
}

/** The rows `| 100 MB | 94.66 | 94.66 in 0.8 s, 2 indexes | …` of BASELINES.md. */
async function baselines(folder) {
  const file = [join(folder, 'BASELINES.md'), join(dirname(folder), 'BASELINES.md')].find((one) => existsSync(one));
  if (!file) {
    console.log('There is no BASELINES.md beside the folder: the figures of other algorithms are not printed.');
    return [100, 250, 500, 1000, 2000].map((megabytes) => ({ megabytes }));
  }
  const rows = (await readFile(file, 'utf8')).matchAll(
    /^\|\s*(\d+) (MB|GB)\s*\|\s*([\d.]+)\s*\|\s*(?:([\d.]+) in ([\d.]+) s)?/gm,
  );
  return [...rows].map(([, size, unit, best, percent, seconds]) => ({
    megabytes: Number(size) * (unit === 'GB' ? 1000 : 1),
    best: Number(best),
    ...(percent && { extend: { percent, seconds } }),
  }));
}

function print(title, rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  console.log(`\n${title}: cost with the chosen indexes, of the cost without`);
  for (const row of rows) console.log(`  ${row.map((cell, i) => cell.padStart(widths[i])).join('  ')}`);
}
