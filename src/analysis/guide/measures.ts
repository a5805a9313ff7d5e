import type { Health, ServerSetting, TableHealth } from '../../database/health/health';
import { seen } from '../../guide/support/known';
import type { CheckResult, GuideFix, MaintenanceTask } from '../../nouns/check';
import type { Json } from '../../nouns/finding';
import { formatBytes, formatCount } from '../../plan/format';

/** One number before or after a fix. */
export interface Measure {
  /** `Dead rows of posts` */
  readonly label: string;
  /** As a person reads it: `40 %` */
  readonly value: string;
  readonly raw?: Json;
}

/** What a fix should change: the numbers of its check, and those of the setting, table or index that it is about. */
export function measuresOf({ evidence = [] }: CheckResult, fix: GuideFix, health: Health | undefined): Measure[] {
  const facts = evidence.flatMap((one) => (one.kind === 'fact' ? [measure(one.label, one.value, one.raw)] : []));
  const own = health ? ownMeasures(fix, health) : [];
  const known = new Set(own.map(({ label }) => label));
  return [...own, ...facts.filter(({ label }) => !known.has(label))];
}

function ownMeasures(fix: GuideFix, health: Health): Measure[] {
  if (fix.kind === 'maintenance') return taskMeasures(fix.task, health);
  if (fix.kind !== 'setting') return [];
  const setting = seen(health.settings)?.[fix.name];
  return setting ? [settingMeasure(fix.name, setting)] : [];
}

function settingMeasure(name: string, { setting, unit = '', amount, pendingRestart }: ServerSetting): Measure {
  const isSize = /^(?:\d*kB|MB|B)$/.test(unit);
  const value = isSize && amount !== undefined && amount >= 0 ? formatBytes(amount) : `${setting} ${unit}`.trim();
  return measure(name, pendingRestart ? `${value} (another one waits for a restart)` : value, amount ?? setting);
}

function taskMeasures(task: MaintenanceTask, health: Health): Measure[] {
  const found = (seen(health.indexes) ?? []).filter(
    ({ schema, name, table }) =>
      schema === task.schema &&
      (task.kind === 'drop index'
        ? name === task.index
        : table === task.table && (task.kind !== 'reindex' || task.index === undefined || name === task.index)),
  );
  if (task.kind === 'drop index') {
    const bytes = found[0]?.bytes ?? 0;
    return [measure(`Size of ${task.index}`, formatBytes(bytes), bytes)];
  }
  if (task.kind === 'reindex') {
    const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
    return [measure(`Indexes of ${task.table}`, formatBytes(bytes), bytes)];
  }
  const table = seen(health.tables)?.find(({ schema, name }) => schema === task.schema && name === task.table);
  return table ? tableMeasures(table) : [];
}

function tableMeasures({ name, deadRows, liveRows, modifiedSinceAnalyze, rows }: TableHealth): Measure[] {
  const all = deadRows + liveRows;
  const share = all > 0 ? deadRows / all : 0;
  return [
    measure(`Dead rows of ${name}`, `${Math.round(share * 100)} % (${formatCount(deadRows)})`, deadRows),
    measure(`Rows of ${name} changed since ANALYZE`, formatCount(modifiedSinceAnalyze), modifiedSinceAnalyze),
    measure(`Rows of ${name} that the planner knows`, rows < 0 ? 'none' : formatCount(rows), rows),
  ];
}

function measure(label: string, value: string, raw?: Json): Measure {
  return { label, value, ...(raw !== undefined && { raw }) };
}
