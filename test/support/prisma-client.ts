import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const orms = join(import.meta.dirname, '../orms');

/** The client that Prisma makes of these models, among the libraries that it imports. */
export async function generatedPrisma(models: string): Promise<{ client: unknown; remove(): Promise<void> }> {
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
    client: await import(join(folder, 'client/client.ts')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
