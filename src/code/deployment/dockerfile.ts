import { basename, dirname } from 'node:path';
import type { TextRange } from '../../nouns/text-range';
import type { Part } from './part';
import { processesOf } from './processes';
import { withoutSecret } from './secrets';

interface Instruction {
  readonly name: string;
  readonly rest: string;
  readonly range: TextRange;
}

/** The program of the last stage, if it says how it is started. */
export function readDockerfile(text: string, path: string): Part {
  const instructions = instructionsOf(text);
  const last = instructions.findLastIndex(({ name }) => name === 'FROM');
  const stage = instructions.slice(last + 1);
  const start = stage.filter(({ name }) => name === 'CMD' || name === 'ENTRYPOINT');
  const [first] = start;
  if (!first) return {};
  const environment = Object.fromEntries(
    stage.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => environmentOf(rest)),
  );
  const entryPoint = start.findLast(({ name }) => name === 'ENTRYPOINT')?.rest ?? '';
  const command = `${entryPoint} ${start.findLast(({ name }) => name === 'CMD')?.rest ?? ''}`.trim();
  const processes = processesOf(command, environment);
  const folder = dirname(path);
  return {
    programs: [
      {
        place: { path, range: first.range },
        kind: 'dockerfile',
        name: basename(folder) || 'image',
        ...(processes !== undefined && { processes }),
        folder,
        environment,
      },
    ],
  };
}

/** With lines that a backslash continues, without comments. */
function instructionsOf(text: string): Instruction[] {
  const found = text.matchAll(/^[ \t]*([A-Z]+)[ \t]+((?:[^\n\\]|\\[^\n]|\\\r?\n)*)/gim);
  return [...found].map(({ 0: whole, 1: name = '', 2: rest = '', index }) => ({
    name: name.toUpperCase(),
    rest: rest.replace(/\\\r?\n/g, ' ').trim(),
    range: { start: index, end: index + whole.length },
  }));
}

/** `A=1 B="two words"`, or the old form `A 1`. */
function environmentOf(rest: string): [string, string][] {
  const pairs = [...rest.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, name = '', value = '']) => [name, value]);
  const [, oldName, oldValue = ''] = pairs.length > 0 ? [] : (/^(\w+)\s+(.*)$/.exec(rest) ?? []);
  const all = oldName === undefined ? pairs : [[oldName, oldValue]];
  return all.map(([name = '', value = '']) => [name, withoutSecret(name, value.replace(/^(["'])(.*)\1$/, '$2'))]);
}

/** `web: gunicorn -w 4 app`, a line for each program. */
export function readProcfile(text: string, path: string): Part {
  const lines = [...text.matchAll(/^([\w-]+):[ \t]*(.+)$/gm)];
  return {
    programs: lines
      .filter(([, name]) => name !== 'release')
      .map(({ 0: whole, 1: name = '', 2: command = '', index }) => {
        const processes = processesOf(command);
        return {
          place: { path, range: { start: index, end: index + whole.length } },
          kind: 'procfile',
          name,
          ...(processes !== undefined && { processes }),
          folder: dirname(path),
          environment: {},
        };
      }),
  };
}
