import { connections } from '../bottleneck/connections';
import { hitRatio } from '../bottleneck/hit-ratio';
import { poolPerRequest } from '../connection-pool/per-request';
import { maintenanceWorkMem } from '../resources/maintenance-work-mem';
import { sharedBuffers } from '../resources/shared-buffers';
import { workMem } from '../resources/work-mem';
import { type Advice, concluded, type Diagnosis } from './diagnosis';

const advices: readonly Advice[] = [
  {
    check: workMem,
    advice:
      'work_mem counts for every sort and hash of every connection: lower it, and raise it for the one statement that needs it.',
  },
  { check: sharedBuffers, advice: 'A quarter of the memory is the usual size; the system’s own cache needs the rest.' },
  {
    check: connections,
    advice: 'Each connection is a process with its own memory: let programs share fewer, with a pool or PgBouncer.',
  },
  { check: maintenanceWorkMem, advice: 'It counts for every worker of autovacuum and every index that is built.' },
  {
    check: poolPerRequest,
    advice:
      'A pool for each request is memory that the program does not give back, and connections that the server keeps.',
  },
  {
    check: hitRatio,
    advice: 'The data that is asked for does not fit: an index makes it smaller, more memory makes it fit.',
  },
];

/** The guide: shared_buffers, work_mem, leaks of the program. */
export const highMemory: Diagnosis = {
  id: 'high-memory',
  title: 'High memory usage',
  checks: advices.map(({ check }) => check),
  conclude: (results) =>
    concluded(
      results,
      advices,
      'Nothing that was asked explains it: the settings fit the machine, and there are few connections. Memory that the system uses as cache counts as used, and is free when it is needed.',
    ),
};
