import { rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { startEditor } from './lib/editor.mjs';
import { root, runAsProgram } from './lib/paths.mjs';
import { start, stop } from './lib/processes.mjs';
import { copyOfSample, sampleFolder, startSampleDatabase } from './lib/sample.mjs';
import { step } from './lib/steps.mjs';

const usage = `Usage: npm start -- [options]

Builds Planlight, starts PostgreSQL with the sample blog, prints what Planlight finds there, and opens VS Code on it in
the browser.

  --no-editor    stop after the report
  --desktop      open the VS Code of this machine ("code" on the PATH) instead of the one in the browser
  --port N       port of VS Code in the browser (default: a free one)
  --fresh        on a copy of the sample and of its data, which are gone at the end: to follow the checklist once more
  --users N, --posts N, --comments N
                 amounts of the sample's data (default 20,000, 200,000 and 800,000)
`;

await runAsProgram(import.meta.url, async (args) => {
  const amounts = {};
  const { values } = parseArgs({
    args,
    options: {
      'no-editor': { type: 'boolean' },
      desktop: { type: 'boolean' },
      fresh: { type: 'boolean' },
      port: { type: 'string' },
      users: { type: 'string' },
      posts: { type: 'string' },
      comments: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(usage);
  for (const name of ['users', 'posts', 'comments']) {
    if (values[name] !== undefined) amounts[name] = wholeNumber(name, values[name]);
  }
  const port = values.port === undefined ? undefined : wholeNumber('port', values.port);

  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('interrupted'));
  });
  let ended = false;
  const open = [];
  const work = (async () => {
    await build();
    const database = await startSampleDatabase(amounts, { keep: !values.fresh, asUsual: true });
    open.push(database.stop);
    if (ended) return;
    const folder = values.fresh ? await copyOfSample() : sampleFolder;
    if (values.fresh) open.push(() => rm(dirname(folder), { recursive: true, force: true }));
    const workspace = { folder, database: database.url };
    await report(workspace, open);
    if (values['no-editor'] || ended) return;
    await (values.desktop ? openDesktop(workspace, open) : serveEditor(workspace, port, open));
  })();
  try {
    await Promise.race([work, interrupted]);
  } finally {
    ended = true;
    for (const end of open.reverse()) await end();
  }
  process.exit(0);
});

/** Prints what the command line finds in the sample. Findings are what it is for: they are no failure. */
async function report({ folder, database }, open) {
  const path = relative(root, folder).startsWith('..') ? folder : relative(root, folder);
  console.log(`\n  planlight check ${path} --analyze\n`);
  const args = [join(root, 'dist/cli.js'), 'check', path, '--database', database, '--analyze', '--fail-on', 'never'];
  const child = start(process.execPath, args, { cwd: root, stdio: 'inherit' });
  open.push(() => stop(child));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`planlight check ended with exit code ${code}.`);
}

async function serveEditor({ folder, database }, port, open) {
  const editor = await step('Starting VS Code', () => startEditor({ port, env: databaseOnly(database) }));
  open.push(editor.stop);
  console.log(`\n  VS Code with Planlight and the sample: ${editor.developmentUrl({ folder, extension: root })}`);
  console.log(`  Its folder: ${folder}`);
  console.log(`  Its database: ${database}`);
  console.log('  Open src/services/posts.js and point at a query, or run the checklist of the view Planlight.');
  console.log(
    '  npm run bench:sample -- --database URL --folder FOLDER puts a load on both. Ctrl-C ends everything.\n',
  );
  await editor.ended;
}

async function openDesktop({ folder, database }, open) {
  const command = process.platform === 'win32' ? 'code.cmd' : 'code';
  const args = ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, folder];
  const child = start(command, args, { env: databaseOnly(database), stdio: 'inherit' });
  open.push(() => stop(child));
  console.log('\n  The sample is open in VS Code. Closing its window, or Ctrl-C here, ends everything.\n');
  await new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', () =>
      reject(new Error('There is no "code" on the PATH; leave --desktop out to see VS Code in the browser.')),
    );
  });
}

/** The sample's database and no other one of this machine. */
function databaseOnly(url) {
  const others = Object.keys(process.env).filter((name) => name.startsWith('PG'));
  return { ...Object.fromEntries(others.map((name) => [name, undefined])), DATABASE_URL: url };
}

function wholeNumber(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number, not "${text}".`);
  return value;
}
