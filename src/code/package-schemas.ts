import * as path from 'node:path';

/** A file of a schema, by where it stands. */
export interface PlacedFile {
  readonly path: string;
  readonly text: string;
}

/** `CREATE TABLE IF NOT EXISTS public.users (` → `public.users` */
const createdTable =
  /\bcreate\s+(?:(?:global|local)\s+)?(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)/gi;

/**
 * Which files define the database of each package. One schema may be spread over a whole monorepo; where two packages
 * define the same table, theirs are two databases, and neither gets the other's files.
 * The result has an entry for each folder of `folders` that has files of its own and may not have all of them.
 */
export function schemasOfPackages<F extends PlacedFile>(
  files: readonly F[],
  folders: readonly string[],
): ReadonlyMap<string, readonly F[]> {
  const ofFolders = new Map<string, F[]>();
  for (const file of files) {
    const folder = folderAround(file.path, folders);
    if (folder !== undefined) ofFolders.set(folder, [...(ofFolders.get(folder) ?? []), file]);
  }
  const tables = new Map([...ofFolders].map(([folder, own]) => [folder, tablesOf(own)]));
  const schemas = new Map<string, readonly F[]>();
  for (const [folder, own] of tables) {
    const others = [...tables].filter(([other, theirs]) => other !== folder && [...theirs].some((one) => own.has(one)));
    if (others.length === 0) continue;
    const strangers = new Set(others.map(([other]) => other));
    schemas.set(
      folder,
      files.filter((file) => !strangers.has(folderAround(file.path, folders) ?? '')),
    );
  }
  return schemas;
}

/** The nearest of the folders around the file that is among `folders`. */
export function folderAround(file: string, folders: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  for (const folder of folders) {
    if (file.startsWith(`${folder}${path.sep}`) && folder.length > (nearest?.length ?? 0)) nearest = folder;
  }
  return nearest;
}

function tablesOf(files: readonly PlacedFile[]): ReadonlySet<string> {
  const names = files.flatMap(({ text }) => [...text.matchAll(createdTable)].map(([, name = '']) => name));
  return new Set(
    names.map((name) =>
      name
        .replace(/["\s]/g, '')
        .replace(/^public\./i, '')
        .toLowerCase(),
    ),
  );
}
