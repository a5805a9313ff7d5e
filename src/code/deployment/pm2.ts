import { dirname, join } from 'node:path';
import type { DeployedProgram } from './deployment';
import type { Part } from './part';
import { environmentOf } from './pods';
import { countOf } from './processes';
import { readYaml, type Yaml } from './yaml';

/** `ecosystem.config.js`, `process.json`: the list `apps`, which also in JavaScript is nearly always written out as data. */
export function readProcessFile(text: string, path: string): Part {
  const apps = /\.(?:[cm]?js|ts)$/.test(path) ? appsOfScript(text) : readYaml(text)[0]?.at('apps');
  return { programs: (apps?.items ?? []).map((app) => programOf(app, path)) };
}

function programOf(app: Yaml, path: string): DeployedProgram {
  const instances = app.at('instances').text;
  // `process.env.INSTANCES || 2`: without the variable, it is the number.
  const processes =
    instances === undefined
      ? undefined
      : countOf(instances.replace(/^.*(?:\|\||\?\?)\s*/, '').replace(/^['"]|['"]$/g, ''));
  return {
    place: { path, range: app.range },
    kind: 'pm2',
    name: app.at('name').text ?? app.at('script').text ?? 'app',
    ...(instances === undefined ? { processes: 1 } : processes !== undefined && { processes }),
    folder: join(dirname(path), app.at('cwd').text ?? '.').replace(/\/$/, ''),
    environment: environmentOf(app.at('env').entries),
  };
}

/** The literal behind `apps:` reads as YAML in brackets; what is computed in it becomes text. */
function appsOfScript(text: string): Yaml | undefined {
  const code = text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (whole, quoted?: string) => quoted ?? whole.replace(/[^\n]/g, ' '),
  );
  const start = /\bapps\s*[:=]\s*(?=\[)/.exec(code);
  if (!start) return undefined;
  const from = start.index + start[0].length;
  const end = closingBracket(code, from);
  // As many characters before it, so that places are those of the file.
  const literal = `${code.slice(0, from).replace(/[^\n]/g, ' ')}${code.slice(from, end).replace(/\t/g, ' ').replace(/`/g, "'")}`;
  return readYaml(literal)[0];
}

function closingBracket(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    const character = code[at];
    if (character === '[' || character === '{') depth++;
    if (character === ']' || character === '}') depth--;
    if (depth === 0) return at + 1;
  }
  return code.length;
}
