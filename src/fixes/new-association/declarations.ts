import { folderOf } from '../../code/resolve/paths';
import type { DocumentEdit } from '../../nouns/fix';

/** Whether the file declares or imports that name: `class User`, `const User =`, `{ User }` of an import or a require. */
export function isKnown(source: string, name: string): boolean {
  const listed = `\\{[^{}]*(?<![\\w$.]|\\bas\\s)${name}(?![\\w$]|\\s+as\\b)[^{}]*\\}`;
  return [
    `^[ \\t]*(?:export\\s+(?:default\\s+)?)?(?:abstract\\s+)?(?:class|const|let|var)\\s+${name}(?![\\w$])`,
    `^import\\s+(?:${name}(?:\\s*,[^;'"]*)?|(?:[\\w$]+\\s*,\\s*)?${listed}|[^;'"]*\\bas\\s+${name})\\s+from\\b`,
    `^[ \\t]*(?:const|let|var)\\s+${listed}\\s*=`,
  ].some((pattern) => new RegExp(pattern, 'm').test(source));
}

/** Where the bracket at `open` is closed; strings and comments are passed over. -1 when it is not. */
export function closingOf(source: string, open: number): number {
  const tokens = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[([{]|[)\]}]/g;
  tokens.lastIndex = open;
  let depth = 0;
  for (let found = tokens.exec(source); found; found = tokens.exec(source)) {
    if (/^[([{]$/.test(found[0])) depth++;
    else if (/^[)\]}]$/.test(found[0])) depth--;
    if (depth === 0) return found.index;
  }
  return -1;
}

/** From the class's name to its closing brace; undefined when what stands there is no class. */
export function classBody(
  source: string,
  nameEnd: number,
): { readonly start: number; readonly end: number } | undefined {
  const open = /^[^{;]*\{/.exec(source.slice(nameEnd));
  const start = nameEnd + (open?.[0].length ?? 0);
  const end = open ? closingOf(source, start - 1) : -1;
  return end < 0 ? undefined : { start, end };
}

/**
 * What brings a class of another file, none where it is there. Undefined where that file imports this one: a class that is not
 * made yet could not be named as a type then.
 */
export function targetImport(
  name: string,
  own: { readonly uri: string; readonly source: string },
  target: { readonly uri: string; readonly source: string },
): readonly DocumentEdit[] | undefined {
  const { source } = own;
  if (own.uri === target.uri) return isKnown(source, name) ? [] : undefined;
  if (isKnown(source, name)) return [];
  const from = relativePath(own.uri, target.uri);
  const back = relativePath(target.uri, own.uri).replace(/^\.+\//, '');
  const isExported = new RegExp(`^export\\s+(?:abstract\\s+)?class\\s+${name}\\b`, 'm').test(target.source);
  const isCircular = new RegExp(`['"][^'"\\n]*${back.replaceAll('.', '\\.')}(?:\\.\\w+)?['"]`).test(target.source);
  const like = [...source.matchAll(/^import\s[^\n]*from\s*(['"])(\.[^'"\n]*)\1(;?)[ \t]*\r?\n/gm)].at(-1);
  const first = like ?? /^import\s[^\n]*from\s*(['"])([^'"\n]*)\1(;?)[ \t]*\r?\n/m.exec(source);
  if (!first || !isExported || isCircular) return undefined;
  const [line, quote, path = '', semicolon] = first;
  const at = first.index + line.length;
  const extension = path.startsWith('.') ? (/\.[cm]?[jt]s$/.exec(path)?.[0] ?? '') : '';
  return [
    {
      range: { start: at, end: at },
      newText: `import { ${name} } from ${quote}${from}${extension}${quote}${semicolon}\n`,
    },
  ];
}

/** Without the extension: `./user`, `../users/user.entity`. */
function relativePath(from: string, to: string): string {
  const own = folderOf(from).split('/');
  const other = to.replace(/\.[cm]?[jt]sx?$/, '').split('/');
  const differs = own.findIndex((part, index) => part !== other[index]);
  const shared = differs < 0 ? own.length : differs;
  const up = own.length - shared;
  return `${up === 0 ? './' : '../'.repeat(up)}${other.slice(shared).join('/')}`;
}
