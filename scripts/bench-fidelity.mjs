import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, bundle } from './build.mjs';
import { outFolder, root, runAsProgram } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { run } from './lib/processes.mjs';
import { sampleFolder, startSampleDatabase } from './lib/sample.mjs';
import { step } from './lib/steps.mjs';

/** Enough for tables of 1,000 pages, few enough to index in every way within half a minute. */
const amounts = { users: 10_000, posts: 60_000, comments: 240_000 };
/** Goals, in per cent: equal shapes; median and 95th percentile of the difference in cost; median of that in size. */
const goals = { shapes: 95, cost: 2, worstCost: 10, size: 10 };

/**
 * Prints how true the planner in memory is: its plans beside those of a PostgreSQL 18 that holds the rows. A goal that is
 * missed is printed as such; it is no error. The folder of TPC-H holds schema.sql, queries/*.sql and data/*.tbl.
 */
await runAsProgram(import.meta.url, async ([folder]) => {
  await build();
  await step('Building the measurement', async () => {
    await mkdir(join(outFolder, 'bench'), { recursive: true });
    await bundle({ source: 'test/bench/fidelity.ts', outfile: join(outFolder, 'bench/fidelity.js') });
    for (const name of ['libpg-query.wasm', 'web-tree-sitter.wasm'])
      await copyFile(join(root, 'dist', name), join(outFolder, 'bench', name));
  });
  const results = [await ofSample()];
  const missing = whatIsMissing(folder);
  if (missing === undefined) results.push(await ofFolder(resolve(folder)));
  for (const result of results) print(result);
  if (missing !== undefined) console.log(`\nTPC-H is not measured: ${missing}`);
  const all = { plans: results.flatMap(({ plans }) => plans), sizes: results.flatMap(({ sizes }) => sizes) };
  console.log('');
  for (const result of results) summarize(result);
  if (results.length > 1) summarize({ name: 'all', ...all });
});

function whatIsMissing(folder) {
  if (folder === undefined) return 'no folder is given (npm run bench:fidelity -- FOLDER).';
  const absent = ['schema.sql', 'queries', 'data'].filter((name) => !existsSync(join(folder, name)));
  return absent.length === 0
    ? undefined
    : `${folder} lacks ${absent.join(', ')}. It needs schema.sql, queries/*.sql, and data/*.tbl as dbgen writes them.`;
}

async function ofSample() {
  const database = await startSampleDatabase(amounts, { keep: false });
  try {
    return await measure('sample', database.url);
  } finally {
    await database.stop();
  }
}

async function ofFolder(folder) {
  const settings = { shared_buffers: '256MB', max_wal_size: '4GB', synchronous_commit: 'off', autovacuum: 'off' };
  const server = await step('Starting PostgreSQL', (say) => startPostgres({ settings }, say));
  try {
    await step(`Loading ${basename(folder)}`, (say) => load(server.connectionString(), folder, say));
    return await measure(basename(folder), server.connectionString(), join(folder, 'queries'));
  } finally {
    await server.stop();
  }
}

async function load(url, folder, say) {
  const { Client } = createRequire(join(root, 'package.json'))('pg');
  const { copyIn } = await import(pathToFileURL(join(sampleFolder, 'scripts/copy-in.mjs')).href);
  const files = (await readdir(join(folder, 'data'))).filter((name) => name.endsWith('.tbl'));
  // schema.sql may set what must not stay (search_path): its session ends with it.
  for (const work of [
    async (client) => client.query(await readFile(join(folder, 'schema.sql'), 'utf8')),
    async (client) => {
      for (const file of files) {
        const table = basename(file, '.tbl');
        say(table);
        const text = await readFile(join(folder, 'data', file), 'utf8');
        await copyIn(client, `COPY ${table} FROM STDIN WITH (FORMAT text, DELIMITER '|')`, rowsOf(text));
      }
      say('analyze');
      await client.query('VACUUM (ANALYZE)');
    },
  ]) {
    const client = new Client({ connectionString: url });
    await client.connect();
    await work(client).finally(() => client.end());
  }
}

/** dbgen ends each line with one more `|`. */
function* rowsOf(text) {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from) < 0 ? text.length : text.indexOf('\n', from);
    yield `${text.slice(from, text[end - 1] === '|' ? end - 1 : end)}\n`;
    from = end + 1;
  }
}

async function measure(name, url, queryFolder) {
  const resultFile = join(outFolder, `bench/fidelity-${name}.json`);
  const request = {
    url,
    queryFolder,
    resultFile,
    grammarFolder: join(root, 'dist/grammars'),
    processFile: join(root, 'dist/what-if-process.js'),
  };
  await step(`Comparing the plans of ${name}`, () =>
    run(process.execPath, [join(outFolder, 'bench/fidelity.js'), JSON.stringify(request)], {
      cwd: root,
      timeoutMs: 900_000,
      show: process.env.PLANLIGHT_DEBUG !== undefined,
    }),
  );
  return { name, ...JSON.parse(await readFile(resultFile, 'utf8')) };
}

function off({ nativeCost, whatIfCost }) {
  return (whatIfCost / nativeCost - 1) * 100;
}

function sizeOff({ bytes, whatIfBytes }) {
  return (whatIfBytes / bytes - 1) * 100;
}

function print({ name, plans, sizes, leftOut }) {
  const width = Math.max(...plans.map(({ query }) => query.length));
  console.log(`\n${name}: query, indexes, native cost, what-if cost, difference\n`);
  for (const plan of plans) {
    console.log(
      `${plan.difference === undefined ? '=' : '≠'} ${plan.query.padEnd(width)}  ${plan.indexes.padEnd(12)}` +
        `${number(plan.nativeCost)} ${number(plan.whatIfCost)} ${percent(off(plan))}` +
        `${plan.difference === undefined ? '' : `  ${plan.difference}`}`,
    );
  }
  console.log(`\n${name}: index, real bytes, hypothetical bytes, difference\n`);
  const widest = Math.max(...sizes.map(({ index }) => index.length));
  for (const size of sizes) {
    console.log(
      `  ${size.index.padEnd(widest)} ${number(size.bytes, 0)} ${number(size.whatIfBytes, 0)} ${percent(sizeOff(size))}`,
    );
  }
  for (const sentence of leftOut) console.log(`  left out: ${sentence}`);
}

function summarize({ name, plans, sizes }) {
  const same = (plans.filter(({ difference }) => difference === undefined).length / plans.length) * 100;
  const costs = plans.map((plan) => Math.abs(off(plan)));
  const errors = sizes.map((size) => Math.abs(sizeOff(size)));
  const rows = [
    [`same shape, of ${plans.length} plans`, same.toFixed(1), same >= goals.shapes, `≥ ${goals.shapes}`],
    ['cost, median difference', ...atMost(quantile(costs, 0.5), goals.cost)],
    ['cost, 95th percentile', ...atMost(quantile(costs, 0.95), goals.worstCost)],
    [`size of ${sizes.length} indexes, median difference`, ...atMost(quantile(errors, 0.5), goals.size)],
  ];
  for (const [what, value, isReached, goal] of rows)
    console.log(`${isReached ? '✓' : '✗'} ${name}: ${what.padEnd(40)} ${value.padStart(6)} %   goal ${goal} %`);
  console.log(
    `  ${name}: ${'size, worst'.padEnd(40)} ${Math.max(...errors)
      .toFixed(1)
      .padStart(6)} %`,
  );
}

function atMost(value, goal) {
  return [value.toFixed(2), value <= goal, `≤ ${goal}`];
}

function number(value, digits = 2) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).padStart(16);
}

function percent(value) {
  return `${value >= 0 ? '+' : ''}${value.toFixed(2)} %`.padStart(10);
}

/** The smallest value that at least the given share of the values does not exceed. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
