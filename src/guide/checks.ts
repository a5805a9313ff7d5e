import { connections } from './bottleneck/connections';
import { hitRatio } from './bottleneck/hit-ratio';
import { resource } from './bottleneck/resource';
import { sizes } from './bottleneck/sizes';
import { slowStatements } from './bottleneck/slow-statements';
import { statementCounting } from './bottleneck/statement-counting';
import type { Check } from './check';
import { idleInTransaction } from './connection-pool/idle-in-transaction';
import { poolLeaks } from './connection-pool/leaks';
import { poolPerRequest } from './connection-pool/per-request';
import { poolSize } from './connection-pool/size';
import { poolTimeouts } from './connection-pool/timeouts';
import { deadRows } from './maintenance/dead-rows';
import { indexBloat } from './maintenance/index-bloat';
import { invalidIndexes } from './maintenance/invalid-indexes';
import { reindexInJobs } from './maintenance/reindex-in-jobs';
import { scheduled } from './maintenance/scheduled';
import { statistics } from './maintenance/statistics';
import { tableBloat } from './maintenance/table-bloat';
import { unusedIndexes } from './maintenance/unused-indexes';
import { wraparound } from './maintenance/wraparound';
import { mode as poolMode } from './pgbouncer/mode';
import { needed as poolerNeeded } from './pgbouncer/needed';
import { preparedStatements } from './pgbouncer/prepared-statements';
import { poolerSize } from './pgbouncer/size';
import { countingPeriod } from './slow-queries/counting-period';
import { ioTiming } from './slow-queries/io-timing';
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
  countingPeriod,
  ioTiming,
  poolSize,
  poolLeaks,
  poolPerRequest,
  poolTimeouts,
  idleInTransaction,
  poolerNeeded,
  poolMode,
  poolerSize,
  preparedStatements,
  deadRows,
  statistics,
  wraparound,
  indexBloat,
  tableBloat,
  invalidIndexes,
  unusedIndexes,
  scheduled,
  reindexInJobs,
];
