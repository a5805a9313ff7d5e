import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { bundleEditorTests, runInExtensionHost } from './lib/extension-host.mjs';
import { installProject } from './lib/install.mjs';
import { outFolder, root, runAsProgram } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { startSampleDatabase, testAmounts } from './lib/sample.mjs';
import { duration } from './lib/steps.mjs';
import { makePackage } from './package.mjs';

/**
 * The steps of `npm test` in their order; `node scripts/test.mjs lint unit` runs two of them. Each gives its counts;
 * one that throws counts as one failed test.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @type {Record<string, { title: string, work: (context: Context) => Promise<Counts> }>}
 */
const steps = {
  build: { title: 'Build', work: () => oneTest(build) },
  types: { title: 'Types', work: types },
  lint: {
    title: 'Lint, format and floors',
    work: () => oneTest(() => tool('@biomejs/biome/bin/biome', ['ci', '--colors=off', '--max-diagnostics=50', '.'])),
  },
  unit: { title: 'Unit tests', work: () => mocha('unit', { timeoutMs: 300_000 }) },
  orms: { title: 'Generated SQL beside what the libraries themselves send', work: ormTests },
  postgres: { title: 'Tests on real PostgreSQL servers', work: () => mocha('postgres', { timeoutMs: 1_100_000 }) },
  editor: { title: "Tests inside VS Code's extension host", work: editorTests },
  browser: { title: 'Tests in a browser, with the package installed', work: browserTests },
};

/** Steps that read dist/; the browser's makes it anew for the package. */
const needDist = new Set(['unit', 'postgres', 'editor']);

/** Steps that can say nothing of an extension that was not built. */
const needExtension = new Set(['editor', 'browser']);

/** A step has limits of its own; this is for what they do not see. */
const stepLimitMs = 1_200_000;

async function runStep(name, context) {
  const { title, work } = steps[name];
  const started = Date.now();
  console.log(`\n── ${title}`);
  let counts;
  try {
    if (!context.isBuilt && needExtension.has(name)) throw new Error('Not run: the build failed.');
    counts = await within(stepLimitMs, work(context));
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    counts = { passed: 0, failed: 1, skipped: 0 };
  }
  return { title, counts, ms: Date.now() - started };
}

/** Rejects when the work takes too long; what it started ends with this process. */
async function within(limitMs, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done in ${duration(limitMs)}.`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function said({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function oneTest(work) {
  await work();
  return { passed: 1, failed: 0, skipped: 0 };
}

async function types() {
  const projects = ['.', 'src/webview'].filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
  let failed = 0;
  for (const folder of projects) {
    await tool('typescript/bin/tsc', ['-p', folder]).catch((error) => {
      failed++;
      console.log(error.message);
    });
  }
  return { passed: projects.length - failed, failed, skipped: 0 };
}

/** A program of node_modules; rejects with its output unless it exits with 0. */
async function tool(path, args) {
  await run(process.execPath, [join(root, 'node_modules', path), ...args], {
    cwd: root,
    timeoutMs: 180_000,
    tailLines: 120,
  });
}

/** Runs the files of test/FOLDER in a process of their own. */
async function mocha(folder, { timeoutMs, env }) {
  const files = await testFiles(join(root, 'test', folder));
  if (files.length === 0) throw new Error(`test/${folder} has no tests.`);
  const reportFile = join(outFolder, `${folder}.json`);
  await rm(reportFile, { force: true });
  const args = ['--import', 'tsx', join(root, 'test/support/mocha-main.ts'), reportFile, '30000', ...files];
  const failure = await run(process.execPath, args, {
    cwd: root,
    env: { PLANLIGHT_COLOR: process.stdout.isTTY ? '1' : undefined, ...env },
    timeoutMs,
    show: true,
  }).then(
    () => undefined,
    (error) => error,
  );
  return counted(reportFile, failure);
}

/** What the report says; a run without a report, or that ended badly although its report is fine, is a failed test. */
async function counted(reportFile, failure) {
  if (!existsSync(reportFile))
    throw failure ?? new Error(`There is no ${reportFile}: the run did not come to its end.`);
  const counts = JSON.parse(await readFile(reportFile, 'utf8'));
  if (failure && counts.failed === 0) {
    console.log(failure.message);
    counts.failed = 1;
  }
  if (counts.passed + counts.failed === 0) throw new Error('No test ran.');
  return counts;
}

async function testFiles(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
      return entry.name.endsWith('.test.ts') ? [path] : [];
    }),
  );
  return found.flat().sort();
}

/** The libraries are packages of the tests alone. */
async function ormTests() {
  await installProject(join(root, 'test/orms'));
  return mocha('orms', { timeoutMs: 480_000 });
}

async function editorTests(context) {
  const reportFile = join(outFolder, 'editor.json');
  const tests = await bundleEditorTests();
  const env = await context.databaseEnvironment();
  await runInExtensionHost({ tests, reportFile, env, timeoutMs: 480_000 });
  return counted(reportFile);
}

async function browserTests(context) {
  const vsix = await makePackage();
  const env = await context.databaseEnvironment();
  return mocha('browser', { timeoutMs: 1_000_000, env: { ...env, PLANLIGHT_TEST_VSIX: vsix } });
}

/** What several steps share. */
class Context {
  isBuilt = true;
  #database;

  /** The sample's database, started when first asked for, as the extension host's environment names it. */
  async databaseEnvironment() {
    this.#database ??= await startSampleDatabase(testAmounts, { keep: false });
    return {
      ...Object.fromEntries(
        Object.keys(process.env)
          .filter((name) => name.startsWith('PG'))
          .map((name) => [name, undefined]),
      ),
      DATABASE_URL: this.#database.url,
      PLANLIGHT_TEST_DATABASE_URL: this.#database.url,
    };
  }

  async end() {
    await this.#database?.stop();
  }
}

await runAsProgram(import.meta.url, async (names) => {
  const unknown = names.find((name) => !(name in steps));
  if (unknown !== undefined)
    throw new Error(`There is no step "${unknown}"; the steps are ${Object.keys(steps).join(', ')}.`);
  const started = Date.now();
  await installProject();
  await mkdir(outFolder, { recursive: true });
  const context = new Context();
  const chosen = names.length === 0 ? Object.keys(steps) : names;
  if (!chosen.includes('build') && chosen.some((name) => needDist.has(name))) chosen.unshift('build');
  const results = [];
  try {
    for (const name of chosen) {
      const result = await runStep(name, context);
      if (name === 'build') context.isBuilt = result.counts.failed === 0;
      results.push(result);
    }
  } finally {
    await context.end();
  }
  console.log('');
  for (const { title, counts, ms } of results)
    console.log(`${counts.failed > 0 ? '✗' : '✓'} ${title}: ${said(counts)} (${duration(ms)})`);
  console.log(`In ${duration(Date.now() - started)}.`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { counts } of results) for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(said(total));
  process.exit(total.failed > 0 ? 1 : 0);
});
