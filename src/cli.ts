import { readArguments } from './cli/arguments';
import { mainHelp } from './cli/commands';
import { Services } from './cli/services';
import { version } from './cli/version';
import { Problem } from './nouns/problem';
import { Console } from './report/console';

/** @returns the exit code: 0 fine, 1 there is something to do, 2 could not run. */
async function main(argv: readonly string[]): Promise<number> {
  const console = new Console();
  const interrupt = new AbortController();
  // Asked a second time, the process ends at once, as without us.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
  // `planlight check . | head` closes the pipe: there is nobody left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    console.tell(`The report cannot be written: ${error.message}.`);
    process.exitCode = 2;
  });
  let services: Services | undefined;
  try {
    const run = readArguments(argv);
    if (run.command === 'help') {
      process.stdout.write(`${run.of?.usage ?? mainHelp()}\n`);
      return 0;
    }
    if (run.command === 'version') {
      process.stdout.write(`${await version()}\n`);
      return 0;
    }
    services = new Services(console);
    return await run.command.run(run.run, { services, console, signal: interrupt.signal });
  } catch (error) {
    const hint = error instanceof Problem && error.hint ? ` ${error.hint}` : '';
    const said = error instanceof Error ? error.message : String(error);
    const message = error instanceof Problem ? said : `This is a defect of Planlight: ${said}.`;
    if (process.env.PLANLIGHT_DEBUG && error instanceof Error) console.tell(error.stack ?? said);
    console.tell(interrupt.signal.aborted ? 'Interrupted.' : `${message}${hint}`);
    return 2;
  } finally {
    await services?.end();
  }
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode ??= code;
});
