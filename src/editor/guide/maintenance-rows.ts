import * as vscode from 'vscode';
import type { RunningTask, TableHealth, Wraparound } from '../../database/health/health';
import { isBloatedTable } from '../../guide/maintenance/bloat-limits';
import { missingOf, seen } from '../../guide/support/known';
import { formatBytes, formatCount, formatCounted } from '../../plan/format';
import { formatAge } from '../../plan/format-age';
import { qualifiedName } from '../../sql/identifiers';
import { group } from './group-row';
import { GuideItem, note } from './guide-item';
import type { GuideService } from './guide-service';
import type { RowsWanted } from './guide-view';
import { fits, longList } from './long-list';
import type { TableArgument } from './table-actions';

/** Tables by what maintenance would do for them, each list with what hurts most first. */
export function maintenanceRows({ facts }: GuideService, wanted: RowsWanted): GuideItem[] {
  if (!facts?.health) {
    return facts ? [note('maintenance:missing', facts.missing.health ?? 'The server was not asked.')] : [];
  }
  const { tables, activity, readAt } = facts.health;
  const all = (seen(tables) ?? []).filter(({ schema, name }) => fits(`${schema}.${name}`, wanted));
  const wraparound = seen(activity.wraparound);
  return [
    ...runningGroup(seen(activity.progress) ?? []),
    deadRows(all, readAt),
    staleStatistics(all, readAt),
    bloat(all),
    transactionAge(all, wraparound),
    ...(wraparound ? holders(wraparound) : []),
    ...missingOf(tables, activity.progress, activity.wraparound).map((says, at) =>
      note(`maintenance:hidden:${at}`, says),
    ),
  ];
}

function runningGroup(tasks: readonly RunningTask[]): GuideItem[] {
  if (tasks.length === 0) return [];
  const rows = () =>
    tasks.map(({ pid, kind, table, phase, done, total }) => {
      const part = done !== undefined && total ? ` · ${Math.floor((100 * done) / total)} %` : '';
      return new GuideItem({
        id: `maintenance:running:${pid}`,
        label: [kind, table].filter(Boolean).join(' of '),
        description: `${phase}${part}`,
        icon: new vscode.ThemeIcon('sync'),
      });
    });
  return [
    group({ id: 'maintenance:running', label: 'Running now', icon: 'sync', count: tasks.length, rows, isOpen: true }),
  ];
}

/** Columns of a kind of list: which tables, in which order, and what a row says. */
interface TableList {
  readonly id: string;
  readonly label: string;
  readonly icon: string;
  readonly tables: readonly TableHealth[];
  readonly amount: (table: TableHealth) => number;
  readonly says: (table: TableHealth) => string;
  readonly isOpen?: boolean;
}

function tableList({ id, label, icon, tables, amount, says, isOpen }: TableList): GuideItem {
  const sorted = [...tables].sort((a, b) => amount(b) - amount(a));
  const rows = () => longList(id, sorted, (table) => tableItem(id, table, says(table)));
  return group({ id, label, icon, count: sorted.length, rows, isOpen });
}

function deadRows(all: readonly TableHealth[], now: string): GuideItem {
  return tableList({
    id: 'maintenance:dead',
    label: 'Dead rows',
    icon: 'trash',
    tables: all.filter((table) => table.deadRows > 0),
    amount: (table) => table.deadRows,
    says: ({ deadRows: dead, liveRows, lastVacuum, lastAutovacuum }) => {
      const share = Math.round((100 * dead) / Math.max(1, dead + liveRows));
      return `${formatCounted(dead, 'dead row')} (${share} %) · vacuumed ${lately(now, lastVacuum, lastAutovacuum)}`;
    },
    isOpen: true,
  });
}

function staleStatistics(all: readonly TableHealth[], now: string): GuideItem {
  return tableList({
    id: 'maintenance:statistics',
    label: 'Changed since ANALYZE',
    icon: 'graph',
    tables: all.filter((table) => table.modifiedSinceAnalyze > 0),
    amount: (table) => table.modifiedSinceAnalyze,
    says: ({ modifiedSinceAnalyze, lastAnalyze, lastAutoanalyze }) =>
      `${formatCounted(modifiedSinceAnalyze, 'row')} changed · analysed ${lately(now, lastAnalyze, lastAutoanalyze)}`,
  });
}

function bloat(all: readonly TableHealth[]): GuideItem {
  return tableList({
    id: 'maintenance:bloat',
    label: 'Bloated',
    icon: 'fold',
    tables: all.filter((table) => table.bloat && isBloatedTable(table.bloat)),
    amount: (table) => table.bloat?.bytes ?? 0,
    says: ({ bloat: { bytes, share } = { bytes: 0, share: 0 }, heapBytes }) =>
      `about ${Math.round(share * 100)} % of ${formatBytes(heapBytes)} is free space, ${formatBytes(bytes)}`,
  });
}

function transactionAge(all: readonly TableHealth[], wraparound: Wraparound | undefined): GuideItem {
  const most = wraparound?.freezeMaxAge ?? 0;
  return tableList({
    id: 'maintenance:age',
    label: 'Age in transactions',
    icon: 'watch',
    tables: all.filter((table) => table.xidAge !== undefined),
    amount: (table) => table.xidAge ?? 0,
    says: ({ xidAge = 0 }) => {
      const of = most > 0 ? ` · ${Math.round((100 * xidAge) / most)} % of autovacuum_freeze_max_age` : '';
      return `${formatCount(xidAge)}${of}`;
    },
  });
}

/** Who holds back the removal of dead rows. */
function holders({ holders: found }: Wraparound): GuideItem[] {
  if (found.length === 0) return [];
  const rows = () =>
    found.map(({ kind, name, xminAge }) => {
      const description = `${kind} · rows removed in the last ${formatCounted(xminAge, 'transaction')} are kept for it`;
      return new GuideItem({
        id: `maintenance:holder:${kind}:${name}`,
        label: name,
        description,
        icon: new vscode.ThemeIcon('lock'),
        tooltip: () => `${name}: ${description}`,
      });
    });
  const label = 'Hold back dead rows';
  return [group({ id: 'maintenance:holders', label, icon: 'lock', count: found.length, rows })];
}

function tableItem(list: string, table: TableHealth, says: string): GuideItem {
  const { schema, name, kind, heapBytes, indexBytes, toastBytes } = table;
  const about: TableArgument = { schema, table: name };
  const size = formatBytes(heapBytes + indexBytes + toastBytes);
  return new GuideItem({
    id: `${list}:${schema}.${name}`,
    label: qualifiedName(schema, name),
    description: says,
    icon: new vscode.ThemeIcon('table'),
    tooltip: () => `${qualifiedName(schema, name)}, ${kind} of ${size}\n${says}`,
    spoken: `${qualifiedName(schema, name)}: ${says}`,
    contextValue: 'guideTable',
    about,
  });
}

/** The later of both; `never`. */
function lately(now: string, ...times: readonly (string | undefined)[]): string {
  const last = times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return last === undefined ? 'never' : formatAge(last, now);
}
