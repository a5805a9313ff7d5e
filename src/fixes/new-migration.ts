import type { IndexFix } from '../nouns/fix';
import { drizzleFiles } from './drizzle-journal';
import { className } from './migration-class';
import { migrationContent } from './migration-content';
import { findMigrationFolder, type MigrationFolder, type MigrationStyle } from './migration-folder';

export interface NewFile {
  /** Relative to the same folder as the paths that were given. */
  readonly path: string;
  readonly content: string;
  /** The file is there already, and becomes this. */
  readonly isChanged?: true;
}

export interface Project {
  /** The project's files, relative, with `/`. */
  readonly paths: readonly string[];
  /** The file with the query: in a project of several packages its package gets the migration. */
  readonly near?: string;
  readonly now: Date;
  /** The text of a file of `paths`, for a tool that lists its migrations in one. */
  readonly textOf?: (path: string) => string | undefined;
}

/** The migration that creates the index, in the project's own style: one file, or two where up and down are apart. */
export function newMigration(fix: IndexFix, { paths, near, now, textOf }: Project): NewFile[] {
  const found = findMigrationFolder(paths, near) ?? newFolder;
  const number = nextNumber(found.last, now);
  const name = migrationName(fix);
  const stem = `${found.folder}/${found.prefix}${number}${found.separator}${nameInPath(found, name)}`;
  const { up, down } = migrationContent(fix, found.style, { name, number });
  switch (found.style) {
    case 'prisma':
      return [{ path: `${stem}/migration.sql`, content: up }];
    case 'drizzle':
      return drizzleFiles(found.folder, stem, up, now, textOf);
    case 'sql up and down':
      return [
        { path: `${stem}.up.sql`, content: up },
        { path: `${stem}.down.sql`, content: down },
      ];
    default:
      return [{ path: `${stem}.${extensions[found.style]}`, content: up }];
  }
}

/** For a project without migrations: plain SQL, which every tool takes. */
const newFolder: MigrationFolder = {
  folder: 'migrations',
  style: 'sql',
  separator: '_',
  prefix: '',
  last: '0'.repeat(14),
};

const extensions: Record<Exclude<MigrationStyle, 'prisma' | 'drizzle' | 'sql up and down'>, string> = {
  sql: 'sql',
  'knex js': 'js',
  'knex mjs': 'mjs',
  'knex ts': 'ts',
  sequelize: 'js',
  'node-pg-migrate': 'js',
  'typeorm js': 'js',
  'typeorm ts': 'ts',
  'mikro-orm js': 'js',
  'mikro-orm ts': 'ts',
  rails: 'rb',
};

/** `0007` → `0008`, `20240131120000` → now, never below the last one. */
function nextNumber(last: string | undefined, now: Date): string {
  const counted = last === undefined ? '1' : (BigInt(last) + 1n).toString().padStart(last.length, '0');
  const time = timeLike(last ?? '', now);
  return time !== undefined && (last === undefined || BigInt(time) > BigInt(last)) ? time : counted;
}

/** The present in the form that a number of that length has: YYYYMMDDhhmmss, milliseconds, seconds, YYYYMMDD. */
function timeLike(last: string, now: Date): string | undefined {
  const digits = now.toISOString().replace(/\D/g, '');
  switch (last.length) {
    case 14:
      return digits.slice(0, 14);
    case 13:
      return String(now.getTime());
    case 12:
      return digits.slice(0, 12);
    case 10:
      return String(Math.floor(now.getTime() / 1000));
    case 8:
      return /^(?:19|20)/.test(last) ? digits.slice(0, 8) : undefined;
    default:
      return undefined;
  }
}

/** `create_posts_author_id_created_at_idx`: only letters, digits and underscores, at most 80 of them. */
function migrationName(fix: IndexFix): string {
  return `create_${fix.index.name}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 80)
    .replace(/_$/, '');
}

/** `1704110400000-CreatePostsIdx.ts`, `20240101120000-create-posts-idx.js`, `0007_create_posts_idx.sql` */
function nameInPath({ separator, style }: MigrationFolder, name: string): string {
  if (style === 'typeorm js' || style === 'typeorm ts') return className(name);
  return separator === '-' ? name.replaceAll('_', '-') : name;
}
