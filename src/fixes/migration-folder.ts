/** The migrations that a project has, as far as their paths tell. Paths use `/`. */
export interface MigrationFolder {
  readonly folder: string;
  readonly style: MigrationStyle;
  /** Between number and name: `0007_add.sql`, `0007-add.sql`; Flyway's `V7__add.sql`. */
  readonly separator: string;
  readonly prefix: string;
  /** The greatest number in use, as written: '0007', '20240131120000'. */
  readonly last?: string;
}

export type MigrationStyle =
  | 'sql'
  /** golang-migrate and others: `7_add.up.sql` with `7_add.down.sql`. */
  | 'sql up and down'
  | 'prisma'
  /** SQL files that `meta/_journal.json` beside them lists; one that is not listed never runs. */
  | 'drizzle'
  | 'knex js'
  | 'knex mjs'
  | 'knex ts'
  | 'sequelize'
  | 'node-pg-migrate'
  | 'typeorm js'
  | 'typeorm ts'
  | 'mikro-orm js'
  | 'mikro-orm ts'
  | 'rails';

interface MigrationFile {
  readonly folder: string;
  readonly style: MigrationStyle;
  readonly prefix: string;
  readonly number: string;
  readonly separator: string;
}

/**
 * The project's migrations folder: the one that is nearest to `near` (the file with the query), of equally near ones
 * that with the most migrations. Undefined where there is none.
 */
export function findMigrationFolder(paths: readonly string[], near = ''): MigrationFolder | undefined {
  const byFolder = new Map<string, MigrationFile[]>();
  const journals = new Set(paths.filter((path) => path.endsWith(journalIn(''))));
  for (const path of paths) {
    const file = readListed(path, journals) ?? readMigration(path);
    if (file !== undefined) byFolder.set(file.folder, [...(byFolder.get(file.folder) ?? []), file]);
  }
  const [best] = [...byFolder.values()].sort(
    (a, b) => closeness(folderOf(b), near) - closeness(folderOf(a), near) || b.length - a.length,
  );
  // The latest file shows the project's present habit.
  const latest = best?.sort((a, b) => compareNumbers(a.number, b.number)).at(-1);
  return latest === undefined ? undefined : { ...latest, last: latest.number };
}

function folderOf(files: readonly MigrationFile[]): string {
  return files[0]?.folder ?? '';
}

/** Where drizzle-kit lists the migrations of a folder. */
export function journalIn(folder: string): string {
  return `${folder}/meta/_journal.json`;
}

function readListed(path: string, journals: ReadonlySet<string>): MigrationFile | undefined {
  const [, folder = '', number] = /^(.+)\/(\d+)_[^/]+\.sql$/.exec(path) ?? [];
  if (number === undefined || path.includes('node_modules/') || !journals.has(journalIn(folder))) return undefined;
  return { folder, style: 'drizzle', prefix: '', number, separator: '_' };
}

const inFolder = /^(?:(.*)\/)?(migrations?|migrate)\/(?:([^/]+)\/)?([^/]+)$/;

function readMigration(path: string): MigrationFile | undefined {
  if (path.includes('node_modules/')) return undefined;
  const [, parent, name, subfolder, file] = inFolder.exec(path) ?? [];
  if (name === undefined || file === undefined) return undefined;
  const folder = parent === undefined ? name : `${parent}/${name}`;
  if (subfolder !== undefined) {
    const number = /^\d{14}(?=_)/.exec(subfolder)?.[0];
    return file === 'migration.sql' && number !== undefined
      ? { folder, style: 'prisma', prefix: '', number, separator: '_' }
      : undefined;
  }
  const mikroOrm = /^Migration(\d{14})(?:_[^.]+)?\.([jt])s$/.exec(file);
  if (mikroOrm) {
    const [, time = '', letter] = mikroOrm;
    return {
      folder,
      style: `mikro-orm ${letter === 't' ? 'ts' : 'js'}`,
      prefix: 'Migration',
      number: time,
      separator: '_',
    };
  }
  const [, prefix, number, separator, extension] =
    /^(V?)(\d+)(__|_|-|\.)[^.]+\.((?:up\.|down\.)?\w+)$/.exec(file) ?? [];
  if (prefix === undefined || number === undefined || separator === undefined) return undefined;
  const style = styleOf(extension ?? '', separator, number, name);
  return style === undefined ? undefined : { folder, style, prefix, number, separator };
}

function styleOf(extension: string, separator: string, number: string, folder: string): MigrationStyle | undefined {
  switch (extension) {
    case 'sql':
      return 'sql';
    case 'up.sql':
    case 'down.sql':
      return 'sql up and down';
    case 'rb':
      return folder === 'migrate' ? 'rails' : undefined;
    case 'js':
    case 'cjs':
      if (number.length === 13 && separator === '-') return 'typeorm js';
      // node-pg-migrate and TypeORM count milliseconds, with an underscore and a dash; sequelize-cli writes a dash, knex an underscore.
      if (number.length === 13) return 'node-pg-migrate';
      return separator === '-' ? 'sequelize' : 'knex js';
    case 'mjs':
      return 'knex mjs';
    case 'ts':
      if (number.length === 13 && separator === '-') return 'typeorm ts';
      return number.length === 14 ? 'knex ts' : undefined;
    default:
      return undefined;
  }
}

/** How many leading folders two paths share. */
function closeness(folder: string, near: string): number {
  const one = folder.split('/');
  const other = near.split('/');
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared++;
  return shared;
}

/** Numbers as text, of any length. */
function compareNumbers(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
