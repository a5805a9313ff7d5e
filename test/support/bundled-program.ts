import { createRequire } from 'node:module';
import { build } from 'esbuild';

/** What a text exports, bundled, since decorators are not what Node understands; the libraries stay what they are. */
export async function bundledProgram(contents: string, folder: string, outfile: string): Promise<unknown> {
  await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  });
  return createRequire(outfile)(outfile);
}
