import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build, bundle } from './build.mjs';
import { outFolder, root, runAsProgram } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { step } from './lib/steps.mjs';

/** For 5,000 files. */
const goals = { readMs: 15_000, againMs: 3_000, peakBytes: 500e6 };

/**
 * Prints what is read of applications: files, query calls by library, SQL texts, the share that has SQL and that a database
 * with their schema accepts (`--database URL`: PREPARE, nothing runs), repeated queries, time and memory, each read twice:
 * first without and then with what is kept of the first time. `--list` prints every statement that is not accepted.
 */
await runAsProgram(import.meta.url, async (args) => {
  const { paths, database, lists } = argumentsOf(args);
  if (paths.length === 0)
    throw new Error('No application is named: npm run bench:code -- PATH… [--database URL] [--list]');
  await build();
  const folder = join(outFolder, 'bench');
  const program = join(folder, 'code.js');
  await mkdir(folder, { recursive: true });
  await bundle({ source: 'test/bench/code.ts', outfile: program });
  for (const name of ['libpg-query.wasm', 'web-tree-sitter.wasm'])
    await copyFile(join(root, 'dist', name), join(folder, name));
  for (const path of paths) {
    const cache = join(folder, 'code-facts');
    await rm(cache, { force: true });
    const measure = async () => {
      const resultFile = join(folder, 'code.json');
      await run(process.execPath, [program, join(root, 'dist'), resultFile, cache, database, resolve(path)], {
        timeoutMs: 300_000,
      });
      return JSON.parse(await readFile(resultFile, 'utf8'));
    };
    const first = await step(`Reading ${basename(path)}`, measure);
    const again = await measure();
    print(first, again, lists);
  }
});

function argumentsOf(args) {
  const at = args.indexOf('--database');
  const database = at < 0 ? '-' : (args[at + 1] ?? '-');
  const paths = args.filter((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1));
  return { paths, database, lists: args.includes('--list') };
}

function print(first, again, lists) {
  const { files, models, calls, texts, statements, accepted, rejected, repetitions, leftAlone, defect } = first;
  const all = Object.values(calls).reduce((sum, one) => sum + one.calls, 0);
  const withSql = Object.values(calls).reduce((sum, one) => sum + one.withSql, 0);
  const parts = Object.entries(calls).map(([library, one]) => `${library} ${one.calls}`);
  // The goals are for 5,000 files; fewer may take no longer.
  const share = Math.max(1, files / 5_000);
  const rows = [
    ['files', `${files}${leftAlone.length > 0 ? `, ${leftAlone.length} left alone` : ''}`],
    ['models', models],
    ['query calls', parts.length > 0 ? `${all} (${parts.join(', ')}), ${percent(withSql, all)} with SQL` : '0'],
    ['SQL texts', listed(texts)],
    [
      'accepted',
      accepted === undefined ? 'no database was given' : `${percent(accepted, statements)} of ${statements}`,
    ],
    ['repeated queries', defect === undefined ? listed(repetitions) : `a defect: ${defect.split('\n')[0]}`],
    [
      'read in',
      `${mark(first.readMs, goals.readMs * share)} ${seconds(first.readMs)}, again ${mark(again.readMs, goals.againMs * share)} ${seconds(again.readMs)} (${again.known} known)`,
    ],
    ['followed in', `${seconds(first.callsMs)} for calls, ${seconds(first.graphMs)} for loops`],
    [
      'memory',
      `${mark(first.peakBytes, goals.peakBytes * share)} ${(first.peakBytes / 1e6).toFixed(0)} MB, again ${(again.peakBytes / 1e6).toFixed(0)} MB`,
    ],
  ];
  console.log(`\n${first.path}`);
  for (const [name, value] of rows) console.log(`  ${name.padEnd(17)} ${value}`);
  if (lists) for (const { place, sql, why } of rejected) console.log(`\n  ${place}: ${why}\n    ${sql}`);
  if (lists && defect !== undefined) console.log(`\n${defect}`);
}

function listed(counts) {
  const entries = Object.entries(counts);
  const sum = entries.reduce((total, [, count]) => total + count, 0);
  return entries.length === 0 ? '0' : `${sum} (${entries.map(([name, count]) => `${name} ${count}`).join(', ')})`;
}

function percent(part, whole) {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function mark(value, limit) {
  return value < limit ? '✓' : '✗';
}
