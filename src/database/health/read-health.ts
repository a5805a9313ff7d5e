import { Problem } from '../../nouns/problem';
import type { Gate } from '../gate';
import { assemble, type Relations } from './assemble';
import { readColumnStatistics } from './column-statistics';
import type { Health, Section, ServerSettings } from './health';
import { readIndexes } from './indexes';
import { readPooler } from './pooler';
import { activityReaders } from './read-activity';
import { type ReadingOptions, readSections, section } from './reading';
import { readDatabaseBytes, readIdentity } from './server-identity';
import { readSettings } from './settings';
import { readStatements } from './statements';
import { readTables } from './tables';

/** All of it, the quick sections first. */
export async function readHealth(gate: Gate, options: ReadingOptions): Promise<Health> {
  const { circumstances, sections } = await readSections(gate, options, {
    identity: async (query, known) => section(await readIdentity(query, known)),
    ...activityReaders,
    settings: readSettings,
    statements: readStatements,
    tables: readTables('of the files'),
    indexes: readIndexes('of the files'),
    columns: readColumnStatistics,
    databaseBytes: async (query) => section(await readDatabaseBytes(query)),
  });
  const { identity, settings, statements, databaseBytes, ...more } = sections;
  if ('missing' in identity) throw new Problem('not-understood', identity.missing);
  const { connections, locks, counters, replication, wraparound, progress } = more;
  const relations = await withoutSizes(gate, options, more);
  const pooler = await readPooler(gate, identity.value.database, options.signal);
  return {
    readAt: circumstances.now,
    server: {
      ...identity.value,
      ...('value' in databaseBytes && { databaseBytes: databaseBytes.value }),
      ...(pooler && { pooler }),
    },
    settings,
    activity: { readAt: circumstances.now, connections, locks, counters, replication, wraparound, progress },
    ...assemble(relations, blockSizeOf(settings)),
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
