import { parseArgs } from 'node:util';
import { type Command, wrong } from './command';
import { commands } from './commands';

export type Arguments =
  /** Without a command: the main help. */
  | { readonly command: 'help'; readonly of?: Command }
  | { readonly command: 'version' }
  | { readonly command: Command; readonly run: unknown };

const general = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;

/** @throws {Problem} 'not-understood' with one sentence that says what is wrong and where to look. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [name, ...words] = positionals;
  if (values.version) return { command: 'version' };
  if (values.help || name === undefined || name === 'help') {
    return { command: 'help', of: commandOf(name === 'help' ? words[0] : name) };
  }
  const command = commandOf(name);
  if (!command) throw wrong(`There is no command ${name}`);
  const foreign = Object.keys(values).find((option) => !(option in command.options));
  if (foreign !== undefined) throw wrong(`${command.name} has no option --${foreign}`, command.name);
  return { command, run: command.read({ values, words }) };
}

function commandOf(name: string | undefined): Command | undefined {
  return commands.find((command) => command.name === name);
}

function parse(argv: readonly string[]) {
  const options = Object.assign({}, ...commands.map((command) => command.options), general);
  try {
    // `-- the posts of an author⏎SELECT …` is a statement, not an option: a space in front keeps it from being one.
    const args = argv.map((one) => (startsWithComment(one) ? ` ${one}` : one));
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return {
      values: values as Record<string, string | boolean | undefined>,
      positionals: positionals.map((one) => (startsWithComment(one.slice(1)) ? one.slice(1) : one)),
    };
  } catch (error) {
    throw wrong((error as Error).message.split(/\.(?:\s|$)/)[0] ?? 'Wrong arguments');
  }
}

function startsWithComment(argument: string): boolean {
  return /^--(?:\s|[^=]*\n)/.test(argument);
}
