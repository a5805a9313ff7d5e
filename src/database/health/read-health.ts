import { Problem } from '../../nouns/problem';
import type { Gate } from '../gate';
import { readColumnWidths } from './column-widths';
import type { Health, Section, ServerSettings } from './health';
import { type ReadIndex, readIndexes } from './indexes';
import { activityReaders } from './read-activity';
import { type ReadingOptions, readSections, section } from './reading';
import { readDatabaseBytes, readIdentity } from './server-identity';
import { readSettings } from './settings';
import { readStatements } from './statements';
import { type ReadTable, readTables } from './tables';
import { readUnindexedColumns } from './unindexed-columns';
import { indexesWithBloat, tablesWithBloat } from './with-bloat';

/** All of it, the quick sections first. */
export async function readHealth(gate: Gate, options: ReadingOptions): Promise<Health> {
  const { circumstances, sections } = await readSections(gate, options, {
    identity: async (query, known) => section(await readIdentity(query, known)),
    ...activityReaders,
    settings: readSettings,
    statements: readStatements,
    tables: readTables('of the files'),
    indexes: readIndexes('of the files'),
    widths: readColumnWidths,
    unindexedColumns: readUnindexedColumns,
    databaseBytes: async (query) => section(await readDatabaseBytes(query)),
  });
  const { identity, settings, statements, widths, unindexedColumns, databaseBytes, ...more } = sections;
  if ('missing' in identity) throw new Problem('not-understood', identity.missing);
  const blockSize = blockSizeOf(settings);
  const { connections, locks, counters, replication, wraparound, progress } = more;
  const { tables, indexes } = await withoutSizes(gate, options, more);
  return {
    readAt: circumstances.now,
    server: { ...identity.value, ...('value' in databaseBytes && { databaseBytes: databaseBytes.value }) },
    settings,
    activity: { readAt: circumstances.now, connections, locks, counters, replication, wraparound, progress },
    tables: tablesWithBloat(tables, widths, blockSize),
    indexes: indexesWithBloat(indexes, widths, blockSize),
    statements,
    unindexedColumns,
  };
}

interface Relations {
  readonly tables: Section<readonly ReadTable[]>;
  readonly indexes: Section<readonly ReadIndex[]>;
}

/** Reads once more what could not be read with the sizes of files: locked just then, or too many. */
async function withoutSizes(gate: Gate, options: ReadingOptions, read: Relations): Promise<Relations> {
  if (!('missing' in read.tables) && !('missing' in read.indexes)) return read;
  const { sections } = await readSections(gate, options, {
    tables: readTables('of the last VACUUM'),
    indexes: readIndexes('of the last VACUUM'),
  });
  return {
    tables: 'missing' in read.tables ? sections.tables : read.tables,
    indexes: 'missing' in read.indexes ? sections.indexes : read.indexes,
  };
}

/** PostgreSQL's default where the server does not tell. */
function blockSizeOf(settings: Section<ServerSettings>): number {
  return Number(('value' in settings ? settings.value.block_size?.setting : undefined) ?? 8192);
}
