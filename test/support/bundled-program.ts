import { createRequire } from 'node:module';
import { type BuildOptions, build } from 'esbuild';

/** What a text exports, bundled; its imports are looked for in `folder`. */
export function bundledProgram(contents: string, folder: string, outfile: string): Promise<unknown> {
  return bundled({ stdin: { contents, resolveDir: folder, loader: 'ts' } }, outfile);
}

/** What a file exports, bundled beside it. */
export function bundledModule(file: string): Promise<unknown> {
  return bundled({ entryPoints: [file] }, `${file}.cjs`);
}

/** Bundled, since decorators are not what Node understands; the libraries stay what they are. */
async function bundled(what: Pick<BuildOptions, 'stdin' | 'entryPoints'>, outfile: string): Promise<unknown> {
  await build({
    ...what,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  });
  return createRequire(outfile)(outfile);
}
