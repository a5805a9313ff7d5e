import { advise } from './advise';
import { check } from './check';
import type { Command } from './command';
import { explain } from './explain';
import { grow } from './grow';
import { snapshot } from './snapshot';

export const commands: readonly Command[] = [check, explain, advise, grow, snapshot];

export function mainHelp(): string {
  return `planlight: how PostgreSQL will run your queries, and what would make them faster

Usage
${commands.map(({ summary }) => summary.replace(/^/gm, '  planlight ')).join('\n')}
  planlight <command> --help            the options of a command
  planlight --version`;
}
