import type { Health, StatementStatistic, StatementStatistics, TableHealth } from '../../database/health/health';
import type { LivePanel } from '../../nouns/live';
import { formatBytes, formatCount, formatMs } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import { withoutConstants } from '../../sql/without-constants';
import { fact } from '../support/evidence';
import { ageOf, listed, type PanelContent, panelOf, share } from './lists';

/** What is read less often than activity. `readAt` in ms of this machine's clock. */
export function healthPanels({ statements, tables, readAt: now }: Health, readAt: number): LivePanel[] {
  return [
    panelOf({ id: 'slow-statements', title: 'Slow statements', readAt }, statements, (found) =>
      statementsContent(found, now),
    ),
    panelOf({ id: 'sizes', title: 'Largest tables', readAt }, tables, sizesContent),
    panelOf({ id: 'dead', title: 'Dead rows by table', readAt }, tables, (found) => deadContent(found, now)),
  ];
}

function statementsContent(found: StatementStatistics, now: string): PanelContent {
  const { statements, since, totalMs, evictions = 0 } = found;
  if (statements.length === 0) return { nothing: 'No statement was counted yet.' };
  const byTime = statements.toSorted((a, b) => b.totalMs - a.totalMs);
  const list = listed<StatementStatistic>('By their time in all', byTime, [
    ['Statement', ({ text }) => (text === undefined ? '(hidden)' : withoutConstants(text))],
    ['#Of all time', (one) => share(one.totalMs, totalMs)],
    ['#Calls', ({ calls }) => formatCount(calls)],
    ['#Mean', ({ meanMs }) => formatMs(meanMs)],
    ['#Longest', ({ maxMs }) => formatMs(maxMs)],
    ['#Rows a call', ({ rows, calls }) => (calls > 0 ? formatCount(rows / calls) : '–')],
  ]);
  const dropped = evictions > 0 ? [fact('Dropped to make room', formatCount(evictions), { raw: evictions })] : [];
  return { facts: [fact('Counted since', ageOf(since, now, 'not known')), ...dropped], tables: [list] };
}

function sizesContent(tables: readonly TableHealth[]): PanelContent {
  const stored = tables.filter(({ kind }) => kind !== 'partitioned table');
  if (stored.length === 0) return { nothing: 'This database has no tables.' };
  const total = ({ heapBytes, indexBytes, toastBytes }: TableHealth) => heapBytes + indexBytes + toastBytes;
  const bySize = stored.toSorted((a, b) => total(b) - total(a));
  const list = listed<TableHealth>('By size', bySize, [
    ['Table', nameOf],
    ['#In all', (one) => formatBytes(total(one))],
    ['#Rows themselves', ({ heapBytes }) => formatBytes(heapBytes)],
    ['#Indexes', ({ indexBytes }) => formatBytes(indexBytes)],
    ['#TOAST', ({ toastBytes }) => formatBytes(toastBytes)],
    ['#Rows', ({ rows }) => (rows < 0 ? 'not analysed' : formatCount(rows))],
  ]);
  return { facts: [fact('Tables', formatCount(stored.length), { raw: stored.length })], tables: [list] };
}

function deadContent(tables: readonly TableHealth[], now: string): PanelContent {
  const byDead = tables.filter(({ deadRows }) => deadRows > 0).sort((a, b) => b.deadRows - a.deadRows);
  if (byDead.length === 0) return { nothing: 'No table has dead rows.' };
  const list = listed<TableHealth>('By dead rows', byDead, [
    ['Table', nameOf],
    ['#Dead rows', ({ deadRows }) => formatCount(deadRows)],
    ['#Of all rows', ({ deadRows, liveRows }) => share(deadRows, deadRows + liveRows)],
    ['Vacuumed', ({ lastVacuum, lastAutovacuum }) => ageOf(latest(lastVacuum, lastAutovacuum), now, 'never')],
    ['Analysed', ({ lastAnalyze, lastAutoanalyze }) => ageOf(latest(lastAnalyze, lastAutoanalyze), now, 'never')],
  ]);
  return { tables: [list] };
}

function nameOf({ schema, name }: TableHealth): string {
  return qualifiedName(schema, name);
}

function latest(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) > Date.parse(other) ? one : other;
}
