import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Told once it runs, in a process group of its own. */
  readonly onStart?: (child: ChildProcess) => void;
}

const program = resolve('dist/cli.js');

/** Runs dist/cli.js as a person does, knowing of no database but what the test says. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const home = mkdtempSync(join(tmpdir(), 'planlight-home-'));
  const { PATH, TMPDIR } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    env: { PATH, TMPDIR, HOME: home, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  options.onStart?.(child);
  const code = await new Promise<number | null>((done) => {
    child.once('close', done);
  });
  rmSync(home, { recursive: true, force: true });
  assert.ok(child.pid !== undefined);
  assert.deepEqual(processesOf(child.pid), 'none', 'a process of the command is still running');
  return { code, stdout, stderr };
}

/** Of a process group: the planner in memory is in its parent's. */
function processesOf(group: number): 'some' | 'none' {
  try {
    process.kill(-group, 0);
    return 'some';
  } catch {
    return 'none';
  }
}

/** The one line on standard error of a run that could not be done. */
export function refusal({ code, stdout, stderr }: CliResult): string {
  assert.equal(code, 2, stderr);
  assert.equal(stdout, '');
  const [line, ...more] = stderr.trimEnd().split('\n');
  assert.deepEqual(more, []);
  assert.match(line ?? '', /^planlight: .+\.$/);
  return (line ?? '').slice('planlight: '.length);
}

/** A temporary folder with these files; `remove` when done. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<{
  readonly path: string;
  remove(): void;
}> {
  const path = mkdtempSync(join(tmpdir(), 'planlight-cli-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
