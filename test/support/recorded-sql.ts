import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs a small application with its real library in a process of its own, since decorators need other compiler options
 * than the project's. The script prints { case: [{ sql }, …] } as JSON, or a text for a case that failed.
 */
export async function recordedSql(
  folder: string,
  script: string,
  ...args: string[]
): Promise<Record<string, string[]>> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', join(folder, script), ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', TSX_TSCONFIG_PATH: join(folder, 'tsconfig.json') },
    maxBuffer: 64 * 1024 * 1024,
  });
  const recorded = JSON.parse(stdout) as Record<string, readonly { readonly sql: string }[] | string>;
  return Object.fromEntries(
    Object.entries(recorded).map(([name, statements]) => {
      if (typeof statements === 'string') throw new Error(`${name} failed: ${statements}`);
      return [name, statements.map(({ sql }) => sql)];
    }),
  );
}
