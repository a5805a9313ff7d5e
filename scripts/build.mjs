import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installProject } from './lib/install.mjs';
import { root, runAsProgram } from './lib/paths.mjs';
import { step } from './lib/steps.mjs';

/** VS Code reads and compiles this file at activation: a bigger one is felt. Bytes. */
const extensionLimit = 1_500_000;
const dist = join(root, 'dist');
const modules = join(root, 'node_modules');

/** Makes dist/: the extension, the command line, the what-if process, the webviews, and the files that they load. */
export async function build() {
  await installProject();
  await step('Building', async () => {
    await mkdir(join(dist, 'grammars'), { recursive: true });
    await Promise.all([bundleForNode(), bundleForWebviews(), copyAssets()]);
    await checkSize();
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

async function bundleForNode() {
  const entries = [
    ['src/extension.ts', 'extension'],
    ['src/cli.ts', 'cli'],
  ];
  await Promise.all(
    entries.map(([source, name]) => bundle({ source, outfile: join(dist, `${name}.js`), executable: name === 'cli' })),
  );
  if (existsSync(join(dist, 'cli.js'))) await chmod(join(dist, 'cli.js'), 0o755);
}

/**
 * One CommonJS file for Node, with everything it imports except `vscode` and `external`.
 * @param {{ source: string, outfile: string, executable?: boolean, external?: string[] }} options
 */
export async function bundle({ source, outfile, executable = false, external = [] }) {
  await esbuild().build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'pg-native', ...external],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    // Modules that look for their files beside themselves (`new URL('x.wasm', import.meta.url)`) find them in dist/.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: {
      js: `${executable ? '#!/usr/bin/env node\n' : ''}const importMetaUrl=require("node:url").pathToFileURL(__filename).href;`,
    },
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'silent', 'commonjs-variable-in-esm': 'silent' },
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
  const grammars = ['javascript', 'typescript', 'tsx'].map((name) => `tree-sitter-${name}.wasm`);
  await Promise.all([
    copyFile(join(modules, 'libpg-query/wasm/libpg-query.wasm'), join(dist, 'libpg-query.wasm')),
    copyFile(join(modules, 'web-tree-sitter/web-tree-sitter.wasm'), join(dist, 'web-tree-sitter.wasm')),
    ...grammars.map((name) =>
      copyFile(join(modules, '@vscode/tree-sitter-wasm/wasm', name), join(dist, 'grammars', name)),
    ),
  ]);
}

async function checkSize() {
  const file = join(dist, 'extension.js');
  if (!existsSync(file)) return;
  const { size } = await stat(file);
  if (size >= extensionLimit) {
    throw new Error(
      `dist/extension.js has ${size.toLocaleString('en')} bytes; the limit is ${extensionLimit.toLocaleString('en')}.`,
    );
  }
}

await runAsProgram(import.meta.url, async (args) => {
  if (args.includes('--clean')) await rm(dist, { recursive: true, force: true });
  await build();
});
