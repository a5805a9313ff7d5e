// The sample's application under load, for what an improvement is worth to its users.
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installOnce } from './install.mjs';
import { freePort } from './postgres.mjs';
import { start, stop } from './processes.mjs';
import { sampleFolder } from './sample.mjs';

/** How often each page is asked for; the monthly report is for the newsletter, once a month. */
const shares = {
  '/posts': 25,
  '/posts?page=': 5,
  '/posts/feed': 10,
  '/posts/:slug': 20,
  '/authors/:id/posts': 10,
  '/authors/:id/dashboard': 5,
  '/search?q=': 5,
  '/users?q=': 5,
  '/tags/:slug': 10,
  '/digest': 5,
};

const startMs = 30_000;

/**
 * The application on a database, as a process of its own.
 * @param {string} url of the database
 * @param {{ folder?: string }} [options] folder: a changed copy of the sample; it is not written to
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startSampleApp(url, { folder = sampleFolder } = {}) {
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const versions = Object.values(dependencies)
    .join('-')
    .replace(/[^\w.-]/g, '');
  const packages = await installOnce(`sample-${versions}`, dependencies);
  const work = await mkdtemp(join(tmpdir(), 'planlight-sample-app-'));
  await cp(folder, work, { recursive: true, filter: (path) => !path.includes('node_modules') });
  await symlink(join(packages, 'node_modules'), join(work, 'node_modules'));
  const port = await freePort();
  const child = start(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'src/server.js'], {
    cwd: work,
    env: { DATABASE_URL: url, PORT: String(port) },
  });
  const end = async () => {
    await stop(child);
    await rm(work, { recursive: true, force: true });
  };
  try {
    await listens(child);
  } catch (error) {
    await end();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop: end };
}

function listens(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`The sample does not listen. ${output}`)), startMs);
    const settle = (done, value) => {
      clearTimeout(timer);
      done(value);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output = `${output}${chunk}`.slice(-2_000);
        if (/listens on/.test(output)) settle(resolve);
      });
    }
    child.once('exit', (code) => settle(reject, new Error(`The sample ended with code ${code}. ${output}`)));
  });
}

/**
 * Clients that ask for one page after the other without a pause; each asks for the same pages in every run.
 * @param {string} app `http://127.0.0.1:3000`
 * @param {{ clients?: number, seconds?: number, warmUpSeconds?: number }} [options]
 * @returns {Promise<LoadResult>}
 * @typedef {object} LoadResult
 * @property {number} requests after the warm-up
 * @property {number} errors answers that are none, or 5xx
 * @property {number} perSecond
 * @property {number} p50 in ms
 * @property {number} p95
 * @property {number} p99
 * @property {Record<string, { requests: number, p95: number }>} pages
 */
export async function loadSample(app, { clients = 20, seconds = 10, warmUpSeconds = 2 } = {}) {
  const random = await import(pathToFileURL(join(sampleFolder, 'scripts/random.mjs')).href);
  const slugs = await firstSlugs(app);
  const begin = performance.now() + warmUpSeconds * 1_000;
  const end = begin + seconds * 1_000;
  const taken = [];
  let errors = 0;
  const client = async (number) => {
    const next = random.seededRandom(number + 1);
    const pages = Object.keys(shares);
    const draw = random.weightedSampler(Float64Array.from(Object.values(shares)), next);
    while (performance.now() < end) {
      const page = pages[draw()];
      const started = performance.now();
      const ok = await answered(`${app}${addressOf(page, next, slugs)}`);
      if (started < begin) continue;
      taken.push({ page, ms: performance.now() - started });
      if (!ok) errors++;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  const all = taken.map(({ ms }) => ms);
  const pages = Object.fromEntries(
    Object.keys(shares).map((page) => {
      const times = taken.filter((one) => one.page === page).map(({ ms }) => ms);
      return [page, { requests: times.length, p95: percentile(times, 0.95) }];
    }),
  );
  return {
    requests: all.length,
    errors,
    perSecond: all.length / seconds,
    p50: percentile(all, 0.5),
    p95: percentile(all, 0.95),
    p99: percentile(all, 0.99),
    pages,
  };
}

async function answered(address) {
  try {
    const response = await fetch(address);
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false;
  }
}

async function firstSlugs(app) {
  const response = await fetch(`${app}/posts?page=2`);
  if (!response.ok) throw new Error(`The sample answers ${response.status} to /posts?page=2.`);
  return (await response.json()).map(({ slug }) => slug);
}

/** A page with its parameters: few authors and posts are asked for by most. */
function addressOf(page, next, slugs) {
  const skewed = (most) => 1 + Math.floor(next() ** 3 * most);
  const one = (list) => list[Math.floor(next() * list.length)];
  switch (page) {
    case '/posts?page=':
      return `${page}${1 + skewed(200)}`;
    case '/posts/:slug':
      return `/posts/${one(slugs)}`;
    case '/authors/:id/posts':
    case '/authors/:id/dashboard':
      return page.replace(':id', String(skewed(1_000)));
    case '/search?q=':
      return `${page}${one(['heisenbug', 'deadlock', 'kubernetes'])}`;
    case '/users?q=':
      return `${page}${one(['Ada', 'Grace', 'Linus', 'Zoe'])}`;
    case '/tags/:slug':
      return `/tags/${one(['javascript', 'postgresql', 'testing', 'docker'])}`;
    default:
      return page;
  }
}

/** Nearest rank; 0 for none. */
function percentile(times, share) {
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
