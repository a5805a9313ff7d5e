import { Problem } from '../../nouns/problem';
import type { CatalogQuery, Gate } from '../gate';
import { assemble, type Relations } from './assemble';
import { readColumnStatistics } from './column-statistics';
import type { Health, Section, ServerSettings } from './health';
import { readIndexes } from './indexes';
import { readPooler } from './pooler';
import { activityReaders } from './read-activity';
import { type Circumstances, type ReadingOptions, readSections, type Sections, section } from './reading';
import { readDatabaseBytes, readIdentity } from './server-identity';
import { readSettings } from './settings';
import { readStatements } from './statements';
import { readTables } from './tables';

export interface HealthOptions extends ReadingOptions {
  /**
   * Told of what is there so far: once with the tables, once with the indexes, which take their time where there are thousands.
   * Sections that are still to come say so.
   */
  readonly onPart?: (health: Health) => void;
}

/** All of it, the quick sections first. */
export async function readHealth(gate: Gate, { onPart, ...options }: HealthOptions): Promise<Health> {
  const { circumstances, sections } = await readSections(
    gate,
    {
      ...options,
      ...(onPart && {
        onSection: (name, known, read: Partial<Sections<HealthSections>>) => {
          if (parts.has(name)) onPart(healthOf(known, { ...unread, ...read }));
        },
      }),
    },
    readers,
  );
  const relations = await withoutSizes(gate, options, sections);
  const health = healthOf(circumstances, { ...sections, ...relations });
  const pooler = await readPooler(gate, health.server.database, options.signal);
  return pooler ? { ...health, server: { ...health.server, pooler } } : health;
}

const readers = {
  identity: async (query: CatalogQuery, known: Circumstances) => section(await readIdentity(query, known)),
  ...activityReaders,
  settings: readSettings,
  statements: readStatements,
  tables: readTables('of the files'),
  indexes: readIndexes('of the files'),
  columns: readColumnStatistics,
  databaseBytes: async (query: CatalogQuery) => section(await readDatabaseBytes(query)),
};

type HealthSections = { [Name in keyof typeof readers]: ValueOf<Awaited<ReturnType<(typeof readers)[Name]>>> };
type ValueOf<S> = S extends { readonly value: infer T } ? T : never;

/** After these there is something to show. */
const parts: ReadonlySet<keyof HealthSections> = new Set(['tables', 'indexes']);

const toCome = { missing: 'It is being read…' };
const unread = Object.fromEntries(Object.keys(readers).map((name) => [name, toCome])) as Sections<HealthSections>;

function healthOf({ now }: Circumstances, sections: Sections<HealthSections>): Health {
  const { identity, settings, statements, databaseBytes, tables, indexes, columns, ...activity } = sections;
  if ('missing' in identity) throw new Problem('not-understood', identity.missing);
  return {
    readAt: now,
    server: {
      ...identity.value,
      ...('value' in databaseBytes && { databaseBytes: databaseBytes.value }),
    },
    settings,
    activity: { readAt: now, ...activity },
    ...assemble({ tables, indexes, columns }, blockSizeOf(settings)),
    statements,
  };
}

/** Reads once more what could not be read with the sizes of files: locked just then, or too many. */
async function withoutSizes(gate: Gate, options: ReadingOptions, read: Relations): Promise<Relations> {
  if (!('missing' in read.tables) && !('missing' in read.indexes)) return read;
  const { sections } = await readSections(gate, options, {
    tables: readTables('of the last VACUUM'),
    indexes: readIndexes('of the last VACUUM'),
  });
  return {
    ...read,
    tables: 'missing' in read.tables ? sections.tables : read.tables,
    indexes: 'missing' in read.indexes ? sections.indexes : read.indexes,
  };
}

/** PostgreSQL's default where the server does not tell. */
function blockSizeOf(settings: Section<ServerSettings>): number {
  return Number(('value' in settings ? settings.value.block_size?.setting : undefined) ?? 8192);
}
