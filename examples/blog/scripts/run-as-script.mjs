import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs `main` when the module is the one that node was started with; an error is one line and exit code 1. */
export async function runAsScript(moduleUrl, main) {
  const started = process.argv[1];
  if (!started || realpathSync(started) !== fileURLToPath(moduleUrl)) {
    return;
  }
  try {
    await main();
  } catch (error) {
    // A refused connection to localhost is an AggregateError, which has a code but no message.
    console.error(error.message || error.code);
    process.exitCode = 1;
  }
}
