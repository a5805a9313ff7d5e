import { parseArgs } from 'node:util';
import { Problem } from '../nouns/problem';

export const checkFormats = ['text', 'json', 'sarif', 'github'] as const;
export const explainFormats = ['text', 'json'] as const;
export const failLevels = ['error', 'warning', 'never'] as const;

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
    timeoutMs: positive('--timeout', values.timeout ?? '5000'),
    assumedRows: positive('--rows', values.rows ?? '100000'),
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
    return { command, sql, format: oneOf('--format', values.format ?? 'text', explainFormats), ...database };
  }
  throw wrong(`There is no command ${command}`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message.split(/\.(?:\s|$)/)[0] ?? 'Wrong arguments');
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (!found) throw wrong(`${option} takes ${allowed.join(', ')}, not ${value}`);
  return found;
}

function positive(option: string, value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw wrong(`${option} takes a whole number above 0, not ${value}`);
  return Number(value);
}

function wrong(sentence: string, topic?: string): Problem {
  return new Problem('not-understood', `${sentence}. See planlight ${topic ? `${topic} ` : ''}--help.`);
}
