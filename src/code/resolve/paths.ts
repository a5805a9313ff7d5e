/** Works on paths and on URIs alike: `/app/src/a.ts`, `C:\app\a.ts`, `file:///app/src/a.ts`. */

/** With `/` everywhere, without `.` and `..`. */
export function normalized(path: string): string {
  const [, head = '', rest = ''] = /^((?:[a-z][\w+.-]+:\/\/[^/]*)?\/?)(.*)$/is.exec(path.replaceAll('\\', '/')) ?? [];
  const parts: string[] = [];
  for (const part of rest.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part === '..' && head !== '') continue;
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return head + parts.join('/');
}

/** `/app/src/a.ts` → `/app/src`, `/a.ts` → `/`; '' for a bare name. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === 0 ? '/' : path.slice(0, Math.max(slash, 0));
}

/** `joined('/app/src', '../lib/x')` → `/app/lib/x` */
export function joined(folder: string, path: string): string {
  return normalized(folder === '' ? path : `${folder}/${path}`);
}

/** `/app/src/a.test.ts` → `a.test.ts` */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder itself and those around it, the innermost first. */
export function* foldersAround(folder: string): Generator<string> {
  let at = folder;
  for (;;) {
    yield at;
    const above = folderOf(at);
    if (above === at || /^[a-z][\w+.-]+:\/*$/i.test(above)) return;
    at = above;
  }
}

/** How many folders two files have in common, from the root. */
export function sharedFolders(one: string, other: string): number {
  const [a, b] = [one, other].map((path) => folderOf(normalized(path)).split('/'));
  const differs = a?.findIndex((part, i) => part !== b?.[i]) ?? 0;
  return differs < 0 ? (a?.length ?? 0) : differs;
}
