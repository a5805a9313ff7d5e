import { parseArgs } from 'node:util';
import { Problem } from '../nouns/problem';

const checkFormats = ['text', 'json', 'sarif', 'github'] as const;
const explainFormats = ['text', 'json'] as const;
const failLevels = ['error', 'warning', 'never'] as const;

export type CheckFormat = (typeof checkFormats)[number];
export type FailLevel = (typeof failLevels)[number];

interface DatabaseArguments {
  readonly database?: string;
  readonly analyze: boolean;
  readonly timeoutMs: number;
  readonly assumedRows: number;
}

export type Arguments =
  | { readonly command: 'help'; readonly topic: 'main' | 'check' | 'explain' }
  | { readonly command: 'version' }
  | ({
      readonly command: 'check';
      readonly paths: readonly string[];
      readonly format: CheckFormat;
      readonly failOn: FailLevel;
    } & DatabaseArguments)
  | ({ readonly command: 'explain'; readonly sql: string; readonly format: 'text' | 'json' } & DatabaseArguments);

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  database: { type: 'string' },
  analyze: { type: 'boolean' },
  timeout: { type: 'string' },
  rows: { type: 'string' },
  format: { type: 'string' },
  'fail-on': { type: 'string' },
} as const;

/** As the settings of the same names in package.json: an hour in ms, and a thousand million rows. */
const longestTimeout = 3_600_000;
const mostRows = 1_000_000_000;

/** @throws {Problem} 'not-understood' with one sentence that says what is wrong and where to look. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  if (values.version) return { command: 'version' };
  if (values.help || command === undefined || command === 'help') {
    const topic = command === 'help' ? rest[0] : command;
    return { command: 'help', topic: topic === 'check' || topic === 'explain' ? topic : 'main' };
  }
  const database: DatabaseArguments = {
    database: values.database,
    analyze: values.analyze ?? false,
    timeoutMs: upTo(longestTimeout, '--timeout', values.timeout ?? '5000'),
    assumedRows: upTo(mostRows, '--rows', values.rows ?? '100000'),
  };
  if (command === 'check') {
    if (rest.length === 0) throw wrong('check needs at least one file or folder', 'check');
    return {
      command,
      paths: rest,
      format: oneOf('--format', values.format ?? 'text', checkFormats),
      failOn: oneOf('--fail-on', values['fail-on'] ?? 'warning', failLevels),
      ...database,
    };
  }
  if (command === 'explain') {
    const [sql, extra] = rest;
    if (sql === undefined || extra !== undefined) throw wrong('explain takes one statement, in quotes', 'explain');
    if (values['fail-on'] !== undefined) throw wrong('explain has no option --fail-on', 'explain');
    return { command, sql, format: oneOf('--format', values.format ?? 'text', explainFormats), ...database };
  }
  throw wrong(`There is no command ${command}`);
}

function parse(argv: readonly string[]) {
  try {
    // `-- the posts of an author⏎SELECT …` is a statement, not an option: a space in front keeps it from being one.
    const args = argv.map((one) => (startsWithComment(one) ? ` ${one}` : one));
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values, positionals: positionals.map((one) => (startsWithComment(one.slice(1)) ? one.slice(1) : one)) };
  } catch (error) {
    throw wrong((error as Error).message.split(/\.(?:\s|$)/)[0] ?? 'Wrong arguments');
  }
}

function startsWithComment(argument: string): boolean {
  return /^--(?:\s|[^=]*\n)/.test(argument);
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (!found) throw wrong(`${option} takes ${allowed.join(', ')}, not ${value}`);
  return found;
}

function upTo(most: number, option: string, value: string): number {
  const number = Number(value);
  if (!/^[1-9]\d{0,14}$/.test(value) || number > most) {
    throw wrong(`${option} takes a whole number from 1 to ${most.toLocaleString('en-US')}, not ${value}`);
  }
  return number;
}

function wrong(sentence: string, topic?: string): Problem {
  return new Problem('not-understood', `${sentence}. See planlight ${topic ? `${topic} ` : ''}--help.`);
}
