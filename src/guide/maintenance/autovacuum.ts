import type { Health, RunningTask, ServerSettings, TableHealth } from '../../database/health/health';
import { seen } from '../support/known';

/** A server's defaults, for what a plain user's view of pg_settings does not show. They have not changed since 13. */
const defaults: Readonly<Record<string, number>> = {
  autovacuum_vacuum_threshold: 50,
  autovacuum_vacuum_scale_factor: 0.2,
  autovacuum_analyze_threshold: 50,
  autovacuum_analyze_scale_factor: 0.1,
  autovacuum_naptime: 60_000,
  autovacuum_max_workers: 3,
};

/** Numbers of pg_settings: sizes in bytes, times in ms. */
export function amountOf(settings: ServerSettings | undefined, name: string): number | undefined {
  return settings?.[name]?.amount ?? defaults[name];
}

export interface Autovacuum {
  readonly settings: ServerSettings | undefined;
  readonly isOn: boolean;
  /** How long it sleeps between two visits of a database, in s. */
  readonly napSeconds: number;
  readonly workers: number;
}

/** Without track_counts autovacuum does not know what changed, and does nothing. */
export function autovacuumOf({ settings: section }: Health): Autovacuum {
  const settings = seen(section);
  return {
    settings,
    isOn: settings?.autovacuum?.setting !== 'off' && settings?.track_counts?.setting !== 'off',
    napSeconds: (amountOf(settings, 'autovacuum_naptime') ?? 0) / 1000,
    workers: amountOf(settings, 'autovacuum_max_workers') ?? 3,
  };
}

/**
 * Dead rows from which on autovacuum cleans a table up: base threshold + scale factor × rows, since 18 at most
 * autovacuum_vacuum_max_threshold. The table's own options come first.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM
 */
export function vacuumThreshold(table: TableHealth, settings: ServerSettings | undefined): number {
  const threshold = thresholdOf('vacuum', table, settings);
  const most = option('autovacuum_vacuum_max_threshold', table, settings);
  return most === undefined || most < 0 ? threshold : Math.min(most, threshold);
}

/** Changed rows from which on autovacuum analyses a table again. */
export function analyzeThreshold(table: TableHealth, settings: ServerSettings | undefined): number {
  return thresholdOf('analyze', table, settings);
}

/** `ALTER TABLE … SET (autovacuum_enabled = false)`; a table that was written by hand may say `off` or `0`. */
export function isSwitchedOff({ options }: TableHealth): boolean {
  return /^(?:f|fa|fal|fals|false|n|no|of|off|0)$/i.test(options.autovacuum_enabled ?? '');
}

function thresholdOf(kind: 'vacuum' | 'analyze', table: TableHealth, settings: ServerSettings | undefined): number {
  const base = option(`autovacuum_${kind}_threshold`, table, settings) ?? 0;
  const factor = option(`autovacuum_${kind}_scale_factor`, table, settings) ?? 0;
  return base + factor * Math.max(0, table.rows);
}

function option(name: string, { options }: TableHealth, settings: ServerSettings | undefined): number | undefined {
  const own = options[name];
  return own === undefined ? amountOf(settings, name) : Number(own);
}

/** Tables on which such a task runs now, as tasks name them: `posts`, `audit.events`. */
export function tablesInWork({ activity }: Health, kind: RunningTask['kind']): ReadonlySet<string> {
  return new Set((seen(activity.progress) ?? []).flatMap((task) => (task.kind === kind ? (task.table ?? []) : [])));
}
