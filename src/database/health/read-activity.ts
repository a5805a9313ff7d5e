import type { Gate } from '../gate';
import { readConnections } from './connections';
import { readCounters } from './counters';
import type { Activity } from './health';
import { readLocks } from './locks';
import { readProgress } from './progress';
import { type ReadingOptions, readSections } from './reading';
import { readReplication } from './replication';
import { readWraparound } from './wraparound';

export const activityReaders = {
  connections: readConnections,
  locks: readLocks,
  counters: readCounters,
  replication: readReplication,
  wraparound: readWraparound,
  progress: readProgress,
};

export async function readActivity(gate: Gate, options: ReadingOptions): Promise<Activity> {
  const { circumstances, sections } = await readSections(gate, options, activityReaders);
  return { readAt: circumstances.now, ...sections };
}
