import type { Snapshot } from '../database/snapshot';
import type { StatementFix } from '../nouns/fix';
import type { Plan } from '../nouns/plan';
import { formatBytes } from '../plan/format';

const units: Record<string, number> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** A memory setting in bytes: '4MB', '64kB'; a bare number counts kB, the unit of work_mem. */
export function memoryBytes(setting: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)?$/.exec(setting.trim());
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? 'kB'] ?? 1024);
}

/** What the plan ran with: its own settings, those of the database, or PostgreSQL's default of 4 MB. */
export function workMem(plan: Plan, snapshot: Snapshot | undefined): number {
  const setting = plan.settings.work_mem ?? snapshot?.settings.work_mem ?? '4MB';
  return memoryBytes(setting) ?? 4 * 1024 ** 2;
}

/** hash_mem_multiplier: 2.0 since PostgreSQL 15, 1.0 before. */
export function hashMemMultiplier(plan: Plan, snapshot: Snapshot | undefined): number {
  const setting = Number(plan.settings.hash_mem_multiplier ?? snapshot?.settings.hash_mem_multiplier);
  if (setting > 0) return setting;
  return (snapshot?.version ?? 180000) >= 150000 ? 2 : 1;
}

/** Above this a whole connection's memory would go into one statement: an index or fewer rows are the better way. */
const mostWorkMem = 1024 ** 3;

/** `SET work_mem = '48MB'` with a tenth to spare, in steps of 1, 1.5, 2, 3, 4, 6, … MB; undefined from 1 GB up. */
export function raiseWorkMem(neededBytes: number): { readonly bytes: number; readonly fix: StatementFix } | undefined {
  let bytes = 1024 ** 2;
  while (bytes < neededBytes * 1.1) bytes = Number.isInteger(Math.log2(bytes)) ? bytes * 1.5 : (bytes * 4) / 3;
  if (bytes > mostWorkMem) return undefined;
  const setting = bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}MB` : `${bytes / 1024}kB`;
  return {
    bytes,
    fix: {
      kind: 'statement',
      title: `Give this session ${formatBytes(bytes)} of work_mem`,
      sql: `SET work_mem = '${setting}'`,
    },
  };
}
