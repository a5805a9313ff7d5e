import { writeFileSync } from 'node:fs';
import { writeSnapshotFile } from '../../src/database/snapshot-file/snapshot-file';
import { WhatIfPlanner } from '../../src/database/what-if/planner';
import { tpchSnapshot } from './tpch';

/** Makes a snapshot file of TPC-H's statistics: `WHAT_IF_PROCESS FOLDER SNAPSHOT_FILE`. */
async function main([processFile, folder, file]: string[]): Promise<void> {
  if (processFile === undefined || folder === undefined || file === undefined)
    throw new Error('Arguments are missing.');
  const whatIf = new WhatIfPlanner({ processFile, idleMs: 60_000, memoryMb: 2_000, onProblem: console.error });
  try {
    const snapshot = await tpchSnapshot(folder, whatIf);
    const pieces = writeSnapshotFile(snapshot, { takenAt: new Date(), madeBy: 'planlight bench:advisor' });
    writeFileSync(file, [...pieces].join(''));
  } finally {
    await whatIf.dispose();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
