import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function version(): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(__dirname, '..', 'package.json'), 'utf8'));
  return manifest.version;
}
