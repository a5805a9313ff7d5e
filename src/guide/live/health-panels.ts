import type { Health, StatementStatistic, StatementStatistics, TableHealth } from '../../database/health/health';
import type { LivePanel } from '../../nouns/live';
import { formatBytes, formatCount, formatMs } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import { withoutConstants } from '../../sql/without-constants';
import { fact } from '../support/evidence';
import { seen } from '../support/known';
import { ageOf, formatSeconds, listed, listedIfAny, type PanelContent, panelOf, share } from './lists';

const statementsPanel = { id: 'slow-statements', title: 'Slow statements' };
const sizesPanel = { id: 'sizes', title: 'Largest tables' };
const deadPanel = { id: 'dead', title: 'Dead rows by table' };

/** What is read less often than activity. `readAt` in ms of this machine's clock; `earlier`: the reading before. */
export function healthPanels(health: Health, readAt: number, earlier?: Health): LivePanel[] {
  const { statements, tables, readAt: now } = health;
  return [
    panelOf({ ...statementsPanel, readAt }, statements, (found) => statementsContent(found, now, earlier)),
    panelOf({ ...sizesPanel, readAt }, tables, sizesContent),
    panelOf({ ...deadPanel, readAt }, tables, (found) => deadContent(found, now)),
  ];
}

/** The same panels before there is something to read, with the reason. */
export function unreadPanels(reason: string): LivePanel[] {
  return [statementsPanel, sizesPanel, deadPanel].map((panel) => ({ ...panel, notes: [reason] }));
}

function statementsContent(found: StatementStatistics, now: string, earlier: Health | undefined): PanelContent {
  const { statements, since, totalMs, evictions = 0 } = found;
  if (statements.length === 0) return { nothing: 'No statement was counted yet.' };
  const byTime = statements.toSorted((a, b) => b.totalMs - a.totalMs);
  const list = listed<StatementStatistic>('Since counting began, by their time in all', byTime, [
    ['Statement', statementOf],
    ['#Of all time', (one) => share(one.totalMs, totalMs)],
    ['#Calls', ({ calls }) => formatCount(calls)],
    ['#Mean', ({ meanMs }) => formatMs(meanMs)],
    ['#Longest', ({ maxMs }) => formatMs(maxMs)],
    ['#Rows a call', ({ rows, calls }) => (calls > 0 ? formatCount(rows / calls) : '–')],
  ]);
  const dropped = evictions > 0 ? [fact('Dropped to make room', formatCount(evictions), { raw: evictions })] : [];
  return {
    facts: [fact('Counted since', ageOf(since, now, 'not known')), ...dropped],
    tables: [...latelyList(found, earlier, now), list],
  };
}

interface LatelyRun {
  readonly text?: string;
  readonly calls: number;
  readonly totalMs: number;
}

/** What ran since the reading before; nothing where the statistics were reset in between. */
function latelyList({ since, statements }: StatementStatistics, earlier: Health | undefined, now: string) {
  const before = seen(earlier?.statements);
  if (!earlier || !before || before.since !== since) return [];
  const known = new Map(before.statements.map((one) => [one.queryId, one]));
  const runs = statements.flatMap(({ queryId, text, calls, totalMs }): LatelyRun[] => {
    const was = known.get(queryId);
    // One that was not listed before may have run long before.
    if (!was || calls <= was.calls || totalMs < was.totalMs) return [];
    return [{ ...(text !== undefined && { text }), calls: calls - was.calls, totalMs: totalMs - was.totalMs }];
  });
  runs.sort((a, b) => b.totalMs - a.totalMs);
  const seconds = (Date.parse(now) - Date.parse(earlier.readAt)) / 1000;
  return listedIfAny<LatelyRun>(`In the last ${formatSeconds(Math.max(0, Math.round(seconds)))}`, runs, [
    ['Statement', statementOf],
    ['#Time in all', ({ totalMs }) => formatMs(totalMs)],
    ['#Calls', ({ calls }) => formatCount(calls)],
    ['#Mean', ({ calls, totalMs }) => formatMs(totalMs / calls)],
  ]);
}

function statementOf({ text }: { readonly text?: string }): string {
  return text === undefined ? '(hidden)' : withoutConstants(text);
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
