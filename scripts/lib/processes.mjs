import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Every process that was started here and still runs; each leads a process group of its own, so that its children end with it. */
const running = new Set();

/**
 * Starts a process that ends with us at the latest.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, stdio?: import('node:child_process').StdioOptions }} [options]
 *   `env` is added to ours; undefined takes a variable away.
 */
export function start(command, args, { cwd, env, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, npm_config_local_prefix: undefined, ...env },
    stdio,
    detached: process.platform !== 'win32',
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Ends a process and its children: asked first, forced after `graceMs`. */
export async function stop(child, graceMs = 5_000) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
  signal(child, 'SIGKILL');
}

/**
 * Runs a process to its end. Rejects when it cannot be started, exits with another code than 0 or takes longer than
 * `timeoutMs`; the error's message ends with the last lines of its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number, show?: boolean, logFile?: string, allowFailure?: boolean, tailLines?: number }} [options]
 *   `show` passes the output on while it comes.
 * @returns {Promise<{ code: number, output: string, stdout: string }>} `output` is both, as it came
 */
export function run(
  command,
  args,
  { cwd, env, timeoutMs = 600_000, show = false, logFile, allowFailure = false, tailLines = 30 } = {},
) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { cwd, env });
    const chunks = [];
    const standard = [];
    let timedOut = false;
    if (logFile !== undefined) mkdirSync(dirname(logFile), { recursive: true });
    const log = logFile === undefined ? undefined : createWriteStream(logFile);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        chunks.push(chunk);
        if (stream === child.stdout) standard.push(chunk);
        log?.write(chunk);
        if (show) process.stdout.write(chunk);
      });
    }
    const timer = setTimeout(() => {
      timedOut = true;
      void stop(child, 2_000);
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      log?.end();
      reject(new Error(`${command} cannot be started: ${error.message}`));
    });
    // 'close' may never come when a grandchild keeps the pipe open: after 'exit' the group is ended.
    child.once('exit', () => signal(child, 'SIGKILL'));
    child.once('close', (code, name) => {
      clearTimeout(timer);
      log?.end();
      const output = Buffer.concat(chunks).toString();
      if (code === 0 || (allowFailure && !timedOut && code !== null)) {
        return resolve({ code: code ?? 1, output, stdout: Buffer.concat(standard).toString() });
      }
      const how = timedOut ? `took longer than ${timeoutMs / 1000} s` : `ended with ${name ?? `exit code ${code}`}`;
      const tail = show ? '' : `\n${output.trimEnd().split('\n').slice(-tailLines).join('\n')}`;
      reject(new Error(`${[command, ...args].join(' ')} ${how}${tail}`));
    });
  });
}

/** npm of this machine, with the arguments. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options);
  // npm is a batch file on Windows, which only a shell can start.
  return process.platform === 'win32'
    ? run(process.env.ComSpec ?? 'cmd.exe', ['/c', 'npm', ...args], options)
    : run('npm', args, options);
}

function signal(child, name) {
  try {
    if (process.platform === 'win32') {
      // Windows has no process groups; taskkill ends a process with its children.
      spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    } else {
      process.kill(-child.pid, name);
    }
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

process.once('exit', () => {
  for (const child of running) signal(child, 'SIGKILL');
});
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  // A program with something to stop in order listens itself; without one, the signal ends us by way of 'exit'.
  process.on(name, () => {
    if (process.listenerCount(name) === 1) process.exit(code);
  });
}
