import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const pglite = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));

/**
 * Builds the process of the planner in memory into `outFolder`: what-if-process.js (one CommonJS file) and pglite/ with
 * PGlite's WebAssembly, its file bundle, the archives of the extensions and a prepared data folder.
 */
export async function buildWhatIf(outFolder, { minify = true } = {}) {
  await mkdir(outFolder, { recursive: true });
  await build({
    entryPoints: [join(root, 'src/database/what-if/process.ts')],
    outfile: join(outFolder, 'what-if-process.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify,
    logLevel: 'warning',
    // PGlite asks for its own address, which CommonJS says differently.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  await preparePglite(join(outFolder, 'pglite'));
}

/** Copies what PGlite needs and makes the data folder, unless both are there already for this version of PGlite. */
async function preparePglite(folder) {
  const options = await whatIfOptions();
  await mkdir(folder, { recursive: true });
  const { version } = JSON.parse(await readFile(join(dirname(pglite), 'package.json'), 'utf8'));
  const wanted = JSON.stringify({ version, ...options });
  const made = await readFile(join(folder, 'made-of.json'), 'utf8').catch(() => '');
  if (made === wanted) return;
  const files = ['pglite.wasm', 'pglite.data', ...options.loadableExtensions.map((name) => `${name}.tar.gz`)];
  for (const file of files) {
    if (await stat(join(pglite, file)).catch(() => undefined)) await copyFile(join(pglite, file), join(folder, file));
  }
  const prepared = join(folder, 'prepared.tar.gz');
  await writeFile(`${prepared}.part`, await preparedDataFolder(options.initdbParameters));
  await rename(`${prepared}.part`, prepared);
  await writeFile(join(folder, 'made-of.json'), wanted);
}

/** A data folder of one database, without the templates, as a gzipped tar of about 2.3 MB. */
async function preparedDataFolder(initdbParameters) {
  const { PGlite } = await import('@electric-sql/pglite');
  const db = await PGlite.create({ initDbStartParams: initdbParameters });
  for (const template of ['template0', 'template1']) {
    await db.exec(`UPDATE pg_database SET datistemplate = false WHERE datname = '${template}'`);
    await db.exec(`DROP DATABASE ${template}`);
  }
  await db.exec('CHECKPOINT');
  const tar = Buffer.from(await (await db.dumpDataDir('none')).arrayBuffer());
  await db.close();
  return gzipSync(tar, { level: 9 });
}

/** The lists that the process itself uses, out of its source. */
async function whatIfOptions() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/database/what-if/options.ts')],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { initdbParameters, loadableExtensions } = await import(`data:text/javascript;base64,${code}`);
  return { initdbParameters: [...initdbParameters], loadableExtensions: [...loadableExtensions] };
}
