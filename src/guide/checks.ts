import { connections } from './bottleneck/connections';
import { hitRatio } from './bottleneck/hit-ratio';
import { resource } from './bottleneck/resource';
import { sizes } from './bottleneck/sizes';
import { slowStatements } from './bottleneck/slow-statements';
import { statementCounting } from './bottleneck/statement-counting';
import { cacheCandidates } from './cache/candidates';
import { cacheInvalidation } from './cache/invalidation';
import { cacheLifetime } from './cache/lifetime';
import { cacheStampede } from './cache/stampede';
import type { Check } from './check';
import { idleInTransaction } from './connection-pool/idle-in-transaction';
import { poolLeaks } from './connection-pool/leaks';
import { poolPerRequest } from './connection-pool/per-request';
import { poolSize } from './connection-pool/size';
import { poolTimeouts } from './connection-pool/timeouts';
import { duplicateIndexes } from './indexes/duplicates';
import { foreignKeys } from './indexes/foreign-keys';
import { missingIndexes } from './indexes/missing';
import { deadRows } from './maintenance/dead-rows';
import { indexBloat } from './maintenance/index-bloat';
import { invalidIndexes } from './maintenance/invalid-indexes';
import { reindexInJobs } from './maintenance/reindex-in-jobs';
import { scheduled } from './maintenance/scheduled';
import { statistics } from './maintenance/statistics';
import { tableBloat } from './maintenance/table-bloat';
import { unusedIndexes } from './maintenance/unused-indexes';
import { wraparound } from './maintenance/wraparound';
import { logging } from './monitoring/logging';
import { metrics } from './monitoring/metrics';
import { mode as poolMode } from './pgbouncer/mode';
import { needed as poolerNeeded } from './pgbouncer/needed';
import { preparedStatements } from './pgbouncer/prepared-statements';
import { poolerSize } from './pgbouncer/size';
import { queriesInLoops } from './queries-per-row/loops';
import { roundTrips } from './queries-per-row/round-trips';
import { conflicts } from './read-replicas/conflicts';
import { lag } from './read-replicas/lag';
import { needed as replicasNeeded } from './read-replicas/needed';
import { ownWrites } from './read-replicas/own-writes';
import { replicaWrites } from './read-replicas/replica-writes';
import { slots } from './read-replicas/slots';
import { used as replicasUsed } from './read-replicas/used';
import { autovacuumPace } from './resources/autovacuum-pace';
import { checkpoints } from './resources/checkpoints';
import { effectiveCacheSize } from './resources/effective-cache-size';
import { hugePages } from './resources/huge-pages';
import { jit } from './resources/jit';
import { maintenanceWorkMem } from './resources/maintenance-work-mem';
import { parallelWorkers } from './resources/parallel-workers';
import { plans } from './resources/plans';
import { sharedBuffers } from './resources/shared-buffers';
import { machineSize } from './resources/size';
import { storageCosts } from './resources/storage-costs';
import { workMem } from './resources/work-mem';
import { countingPeriod } from './slow-queries/counting-period';
import { ioTiming } from './slow-queries/io-timing';
import { tableScans } from './slow-queries/table-scans';
import { topStatements } from './slow-queries/top-statements';

/** Every check, in the order of the guide's steps and of importance within a step. */
export const checks: readonly Check[] = [
  resource,
  connections,
  statementCounting,
  slowStatements,
  hitRatio,
  sizes,
  topStatements,
  tableScans,
  countingPeriod,
  ioTiming,
  missingIndexes,
  foreignKeys,
  duplicateIndexes,
  queriesInLoops,
  roundTrips,
  poolSize,
  poolLeaks,
  poolPerRequest,
  poolTimeouts,
  idleInTransaction,
  replicasNeeded,
  replicasUsed,
  replicaWrites,
  ownWrites,
  lag,
  conflicts,
  slots,
  cacheCandidates,
  cacheInvalidation,
  cacheLifetime,
  cacheStampede,
  poolerNeeded,
  poolMode,
  poolerSize,
  preparedStatements,
  sharedBuffers,
  workMem,
  effectiveCacheSize,
  storageCosts,
  checkpoints,
  maintenanceWorkMem,
  parallelWorkers,
  autovacuumPace,
  jit,
  hugePages,
  plans,
  machineSize,
  deadRows,
  statistics,
  wraparound,
  indexBloat,
  tableBloat,
  invalidIndexes,
  unusedIndexes,
  scheduled,
  reindexInJobs,
  metrics,
  logging,
];
