import type { FileFacts } from '../facts/facts';
import { templateOf } from '../facts/python/templates/template-names';
import type { Origin } from './origin';
import { sharedFolders } from './paths';
import type { ClassIn, ProgramFiles } from './program-files';

/** A template under the names that views call it: 'blog/list.html', and `*\/list.html` for the one of any application. */
export function* templatesIn(file: FileFacts): Generator<readonly [string, ClassIn]> {
  const name = templateOf(file.uri);
  const [own] = file.classes;
  if (file.languageId !== 'python' || name === undefined || !own) return;
  yield [name, { class: own, file }];
  const parts = name.split('/');
  if (parts.length === 2) yield [`*/${parts[1]}`, { class: own, file }];
}

/**
 * The template that a view or another template calls. Of several with that name the one nearest to it; undefined where two
 * are as near.
 */
export function templateClass(program: ProgramFiles, name: string, from: string): Origin | undefined {
  if (!/\.\w+$/.test(name)) return undefined;
  const found = program.templates(name);
  const near = found.map(({ file }) => sharedFolders(file.uri, from));
  const [best, ...others] = found.filter((_, i) => near[i] === Math.max(...near));
  return best && others.length === 0 ? { kind: 'class', ...best } : undefined;
}
