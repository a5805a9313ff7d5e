import type { Export, FileFacts, Import } from '../facts/facts';
import { unknownOrigin } from './best-origin';
import type { Follow } from './follow';
import type { Origin } from './origin';
import { submodule } from './python-modules';

/** What an import's local name means. */
export function importedOrigin(follow: Follow, one: Import, from: FileFacts): Origin {
  const file = follow.program.imported(one.from, from);
  const found = file && fromFile(follow, file, one.name);
  if (found) return found;
  const inner = from.languageId === 'python' && one.name !== '*' ? submodule(one.from, one.name) : undefined;
  const module = inner === undefined ? undefined : follow.program.imported(inner, from);
  return module ? { kind: 'module', file: module } : packageOrigin(one.from, one.name);
}

/** What a file exports; undefined when nothing says so. `seen`: files on the way, since barrels may go round. */
export function exportedOrigin(
  follow: Follow,
  file: FileFacts,
  name: string,
  seen: readonly FileFacts[] = [],
): Origin | undefined {
  if (seen.includes(file)) return undefined;
  const path = [...seen, file];
  const own = file.exports.findLast((one) => one.name === name);
  if (own) return ownExport(follow, file, own, path);
  const type = file.types?.find((one) => one.name === name && one.module === undefined);
  if (type) return { kind: 'type', type, file };
  const assigned = file.exports.find((one) => one.name === '=');
  if (name === 'default') return assigned && ownExport(follow, file, assigned, path);
  if (assigned) {
    const origin = ownExport(follow, file, assigned, path);
    return origin && follow.member(origin, name);
  }
  let outside: Origin | undefined;
  for (const star of file.exports) {
    if (star.name !== '*' || star.from === undefined) continue;
    const next = follow.program.imported(star.from, file);
    const found = next && exportedOrigin(follow, next, name, path);
    if (found) return found;
    if (!next) outside ??= packageOrigin(star.from, name);
  }
  return outside;
}

/** A whole file: its `module.exports = …` where that is all that it exports. */
export function moduleOrigin(follow: Follow, file: FileFacts): Origin {
  const assigned = file.exports.find((one) => one.name === '=');
  const isAll = file.exports.every((one) => one.name === '=' || one.name === '*');
  const origin = assigned && isAll ? follow.exported(file, '=') : undefined;
  return origin ?? { kind: 'module', file };
}

function fromFile(follow: Follow, file: FileFacts, name: string): Origin | undefined {
  return name === '*' ? moduleOrigin(follow, file) : follow.exported(file, name);
}

function ownExport(follow: Follow, file: FileFacts, own: Export, seen: readonly FileFacts[]): Origin | undefined {
  if (own.from !== undefined) {
    const name = own.local ?? own.name;
    const next = follow.program.imported(own.from, file);
    if (!next) return packageOrigin(own.from, name);
    return name === '*' ? moduleOrigin(follow, next) : exportedOrigin(follow, next, name, seen);
  }
  const at = { file, function: 0 };
  if (own.value) return follow.trace(own.value, at);
  const local = own.local ?? own.name;
  const origin = follow.name(local, at);
  if (origin.kind !== 'global') return origin;
  const type = file.types?.find((one) => one.name === local && one.module === undefined);
  return type ? { kind: 'type', type, file } : unknownOrigin;
}

function packageOrigin(specifier: string, name: string): Origin {
  return { kind: 'package', package: specifier, path: name === '*' ? [] : [name] };
}
