import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const orms = join(import.meta.dirname, '../orms');

export interface GeneratedPrisma {
  /** Among the libraries that it imports; the client is in `client/client`. */
  readonly folder: string;
  readonly client: unknown;
  /** What the compiler says of a file in the folder, in strict mode; '' where it takes it. */
  compile(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** The client that Prisma makes of these models. */
export async function generatedPrisma(models: string): Promise<GeneratedPrisma> {
  const all = join(orms, 'apps/prisma/generated');
  await mkdir(all, { recursive: true });
  const folder = await mkdtemp(join(all, 'test-'));
  const schema = join(folder, 'schema.prisma');
  const generator = 'generator client {\n  provider = "prisma-client"\n  output = "client"\n}\n';
  await writeFile(schema, `${generator}\ndatasource db {\n  provider = "postgresql"\n}\n\n${models}`);
  // No engine is needed to generate.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  const cli = join(orms, 'node_modules/prisma/build/index.js');
  await promisify(execFile)(process.execPath, [cli, 'generate', '--schema', schema], { env, cwd: folder });
  return {
    folder,
    async compile(name, text) {
      await writeFile(join(folder, name), text);
      const compilerOptions = {
        ...{ strict: true, noEmit: true, skipLibCheck: true, target: 'es2022', module: 'esnext', types: ['node'] },
        moduleResolution: 'bundler',
      };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [name] }));
      const compiler = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
      return promisify(execFile)(process.execPath, [compiler, '-p', folder]).then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      );
    },
    client: await import(join(folder, 'client/client.ts')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
