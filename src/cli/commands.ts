import { advise } from './advise';
import { check } from './check';
import type { Command } from './command';
import { explain } from './explain';
import { grow } from './grow';
import { health } from './health';
import { snapshot } from './snapshot';

export const commands: readonly Command[] = [check, explain, advise, grow, health, snapshot];

export function mainHelp(): string {
  const lines = [
    ...commands.map(({ name, synopsis, summary }) => [`planlight ${name} ${synopsis}`, summary]),
    ['planlight <command> --help', 'the options of a command'],
    ['planlight --version', ''],
  ];
  const width = Math.max(...lines.map(([usage = '']) => usage.length));
  const table = lines.map(([usage = '', summary = '']) => `  ${usage.padEnd(width + 3)}${summary}`.trimEnd());
  return [
    'planlight: how PostgreSQL will run your queries, and what would make them faster',
    '',
    'Usage',
    ...table,
  ].join('\n');
}
