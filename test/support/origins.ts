import type { FileFacts } from '../../src/code/facts/facts';
import { indexedLanguageOf } from '../../src/code/program/facts-reader';
import type { Origin } from '../../src/code/resolve/origin';
import { WorkspaceTracer } from '../../src/code/resolve/tracer';
import { factsReader } from './orm-calls';
import { wholePaths } from './whole-paths';

/** A tracer over files that are written in a test: path → text. */
export async function tracerOf(texts: Readonly<Record<string, string>>): Promise<WorkspaceTracer> {
  const facts = await factsReader();
  const files = new Map<string, FileFacts>();
  const projectFiles: { uri: string; text: string }[] = [];
  for (const [uri, text] of Object.entries(texts)) {
    const languageId = indexedLanguageOf(uri);
    if (languageId === 'project') projectFiles.push({ uri, text });
    else if (languageId !== undefined) {
      const read = facts.read({ uri, languageId, text });
      if (read) files.set(uri, read);
    }
  }
  return new WorkspaceTracer(files, wholePaths, projectFiles);
}

/** The origin of each argument of `probe(…)`, anywhere in the files, as `describe` writes it. */
export async function probed(texts: Readonly<Record<string, string>>): Promise<string[]> {
  const tracer = await tracerOf(texts);
  const found: string[] = [];
  for (const file of tracer.files.values()) {
    for (const [id, { uses }] of file.functions.entries()) {
      for (const { chain } of uses) {
        if (chain.root !== 'probe') continue;
        for (const value of chain.links[0]?.arguments ?? []) {
          found.push(describeOrigin(tracer.trace(value, { file, function: id })));
        }
      }
    }
  }
  return found;
}

/** `sequelize:Op.in`, `class Post`, `a class Post`, `a typeorm:Repository<class Post>`, `(a class Post).author`, `each of …`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'package':
      return `${origin.package}:${origin.path.join('.')}`;
    case 'class':
      return `class ${origin.class.name}`;
    case 'function':
      return `function ${origin.function.name}`;
    case 'module':
      return `module ${origin.file.uri}`;
    case 'type':
      return `type ${origin.type.name}`;
    case 'global':
      return origin.name;
    case 'instance': {
      const types = origin.types.length > 0 ? `<${origin.types.map(describeOrigin).join(', ')}>` : '';
      return `a ${describeOrigin(origin.of)}${types}`;
    }
    case 'call':
      return `${inBrackets(origin.callee)}()`;
    case 'member':
      return `${inBrackets(origin.of)}.${origin.name}`;
    case 'element':
      return `each of ${inBrackets(origin.of)}`;
    case 'value':
      return origin.value.kind === 'literal' ? JSON.stringify(origin.value.value) : `the ${origin.value.kind}`;
    case 'parameter':
      return `parameter ${[origin.index, ...origin.path].join('.')} of ${origin.function.name}`;
    case 'unknown':
      return 'unknown';
  }
}

function inBrackets(origin: Origin): string {
  const text = describeOrigin(origin);
  const isPath = origin.kind === 'member' || origin.kind === 'call';
  return text.includes(' ') && !isPath ? `(${text})` : text;
}
