import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { installProject } from './lib/install.mjs';
import { root, runAsProgram } from './lib/paths.mjs';
import { step } from './lib/steps.mjs';

/** VS Code reads and compiles this much at activation, at about 15 ms for each 200 kB. Bytes. */
const activationLimit = 150_000;
const dist = join(root, 'dist');
const modules = join(root, 'node_modules');

/** Makes dist/: the extension, the command line, the what-if process, the threads that read files, the webviews, and the files that they load. */
export async function build() {
  await installProject();
  await step('Building', async () => {
    await mkdir(join(dist, 'grammars'), { recursive: true });
    await Promise.all([bundleExtension(), bundleCommandLine(), bundleThreads(), bundleForWebviews(), copyAssets()]);
  });
  await step('Building the planner in memory', async () => {
    // It imports esbuild and PGlite, which are there only after the installation.
    const { buildWhatIf } = await import('./lib/prepare-what-if.mjs');
    await buildWhatIf(dist);
  });
}

/** esbuild, which is there only after the installation. */
function esbuild() {
  return createRequire(join(root, 'package.json'))('esbuild');
}

async function bundleCommandLine() {
  const outfile = join(dist, 'cli.js');
  await bundle({ source: 'src/cli.ts', outfile, executable: true });
  await chmod(outfile, 0o755);
}

/** The threads in which the files of a workspace are read, and the one that holds what they say together. */
async function bundleThreads() {
  await bundle({ source: 'src/code/program/facts-thread.ts', outfile: join(dist, 'facts-thread.js') });
  await bundle({ source: 'src/analysis/code/code-thread.ts', outfile: join(dist, 'code-thread.js') });
}

/**
 * The extension: what registers its features in dist/extension.js, and what `import()` loads later in
 * dist/extension-*.js, so that VS Code does not compile parsers and drivers at activation. All are in one folder,
 * where they look for their WebAssembly. esbuild splits ES modules only, so each of them is turned into CommonJS,
 * which every version of VS Code loads.
 */
async function bundleExtension() {
  const { outputFiles, metafile } = await esbuild().build({
    ...forNode,
    entryPoints: ['src/extension.ts'],
    outdir: dist,
    format: 'esm',
    splitting: true,
    chunkNames: 'extension-[name]-[hash]',
    sourcemap: 'inline',
    metafile: true,
    write: false,
  });
  checkActivationSize(metafile);
  const old = (await readdir(dist)).filter((name) => /^extension-.*\.js(\.map)?$/.test(name));
  await Promise.all(old.map((name) => rm(join(dist, name), { force: true })));
  await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const name = basename(path);
      const { code, map } = await esbuild().transform(withRequire(text), {
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        minify: true,
        sourcemap: 'external',
        sourcesContent: false,
        sourcefile: name,
        banner: metaUrl,
        logLevel: 'warning',
      });
      await writeFile(path, `${code}//# sourceMappingURL=${name}.map\n`);
      await writeFile(`${path}.map`, map);
    }),
  );
}

/** `import("./server-X2Y.js")` as a `require` of one of our own files; Node's own modules stay as they are. */
function withRequire(text) {
  return text.replace(
    /\bimport\(("\.\/extension-[\w.-]+-[A-Z0-9]{8}\.js")\)/g,
    (_, path) => `Promise.resolve().then(()=>require(${path}))`,
  );
}

/** extension.js with all that it imports at once. */
function checkActivationSize({ outputs }) {
  const known = new Set();
  const pending = [Object.keys(outputs).find((path) => outputs[path].entryPoint === 'src/extension.ts')];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (known.has(path)) continue;
    known.add(path);
    for (const { kind, path: next, external } of outputs[path].imports)
      if (kind === 'import-statement' && !external) pending.push(next);
  }
  // The source map, which is inline here, counts as its output's bytes too.
  const size = [...known]
    .flatMap((path) => Object.values(outputs[path].inputs))
    .reduce((sum, { bytesInOutput }) => sum + bytesInOutput, 0);
  if (size >= activationLimit) {
    throw new Error(
      `The extension loads ${size.toLocaleString('en')} bytes at activation; the limit is ${activationLimit.toLocaleString('en')}.`,
    );
  }
}

/** What the bundles for Node have in common: everything inside except `vscode`. */
const forNode = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'pg-native'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  sourcesContent: false,
  // Modules that look for their files beside themselves (`new URL('x.wasm', import.meta.url)`) find them in dist/.
  define: { 'import.meta.url': 'importMetaUrl' },
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'silent', 'commonjs-variable-in-esm': 'silent' },
};

const metaUrl = 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;';

/**
 * One CommonJS file for Node, with everything it imports except `vscode` and `external`.
 * @param {{ source: string, outfile: string, executable?: boolean, external?: string[] }} options
 */
export async function bundle({ source, outfile, executable = false, external = [] }) {
  await esbuild().build({
    ...forNode,
    entryPoints: [source],
    outfile,
    format: 'cjs',
    external: [...forNode.external, ...external],
    sourcemap: 'linked',
    banner: { js: `${executable ? '#!/usr/bin/env node\n' : ''}${metaUrl}` },
  });
}

/** Each page of the browser side: src/webview/plan/main.ts → dist/webview/plan.js and plan.css. */
async function bundleForWebviews() {
  const folder = join(root, 'src/webview');
  const pages = (existsSync(folder) ? await readdir(folder) : []).filter((name) =>
    existsSync(join(folder, name, 'main.ts')),
  );
  if (pages.length === 0) return;
  await esbuild().build({
    absWorkingDir: root,
    entryPoints: pages.map((name) => ({ in: `src/webview/${name}/main.ts`, out: name })),
    outdir: join(dist, 'webview'),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'file', '.svg': 'dataurl', '.png': 'dataurl' },
    logLevel: 'warning',
  });
}

async function copyAssets() {
  const languages = ['javascript', 'typescript', 'tsx', 'python', 'ruby', 'go', 'java', 'php', 'c-sharp', 'rust'];
  const grammars = languages.map((name) => `tree-sitter-${name}.wasm`);
  await Promise.all([
    copyFile(join(modules, 'libpg-query/wasm/libpg-query.wasm'), join(dist, 'libpg-query.wasm')),
    copyFile(join(modules, 'web-tree-sitter/web-tree-sitter.wasm'), join(dist, 'web-tree-sitter.wasm')),
    ...grammars.map((name) =>
      copyFile(join(modules, '@vscode/tree-sitter-wasm/wasm', name), join(dist, 'grammars', name)),
    ),
  ]);
}

await runAsProgram(import.meta.url, async (args) => {
  if (args.includes('--clean')) await rm(dist, { recursive: true, force: true });
  await build();
});
