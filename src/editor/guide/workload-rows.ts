import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { StatementStatistic } from '../../database/health/health';
import type { WorkspaceQuery } from '../../guide/facts';
import {
  inOrder,
  type Workload,
  type WorkloadOrder,
  type WorkloadRow,
  workloadOf,
  workloadOrders,
} from '../../guide/workload';
import { formatBytes, formatCount, formatCounted, formatMs } from '../../plan/format';
import { formatAge } from '../../plan/format-age';
import { placeItem } from './checklist-rows';
import { GuideItem, note } from './guide-item';
import type { GuideService } from './guide-service';
import type { RowsWanted } from './guide-view';
import { fits, longList } from './long-list';

/** For a list to choose from. */
export const orders: readonly { readonly label: string; readonly order: WorkloadOrder }[] = [
  { label: 'Total time', order: 'total' },
  { label: 'Mean time', order: 'mean' },
  { label: 'Calls', order: 'calls' },
  { label: 'Rows', order: 'rows' },
  { label: 'Buffers', order: 'buffers' },
  { label: 'Temporary files', order: 'temp' },
  { label: 'WAL', order: 'wal' },
];

/** Of a row, for its commands. */
export interface StatementArgument {
  /** Of WorkloadRow. */
  readonly id: string;
  readonly sql: string;
  readonly place?: { readonly uri: string; readonly offset: number };
}

/** What took most of the server's time, and the lines of this workspace that send it. */
export function workloadRows({ facts }: GuideService, wanted: RowsWanted): GuideItem[] {
  if (!facts?.health)
    return facts ? [note('workload:missing', facts.missing.health ?? 'The server was not asked.')] : [];
  const workload = workloadOf(facts.health, facts.workspace?.queries ?? []);
  const { statements } = facts.health;
  if (!workload) return notCounted('missing' in statements ? statements.missing : '');
  const order = workloadOrders.find((one) => one === wanted.order) ?? 'total';
  const rows = inOrder(workload.rows, order).filter((row) => fits(textOf(row), wanted));
  const partly =
    'partly' in statements && statements.partly !== undefined ? [note('workload:partly', statements.partly)] : [];
  return [periodItem(workload), ...partly, ...longList('workload', rows, (row) => statementItem(row, order))];
}

/** Without pg_stat_statements there is no list: how to get it is a check of the list, with its fix. */
function notCounted(why: string): GuideItem[] {
  return [
    note('workload:missing', why, 'warning'),
    new GuideItem({
      id: 'workload:enable',
      label: 'Show how to count statements',
      icon: new vscode.ThemeIcon('lightbulb'),
      command: {
        title: 'Show Details',
        command: 'planlight.showCheck',
        arguments: [{ check: 'bottleneck/statement-counting' }],
      },
    }),
  ];
}

function periodItem({ since, readAt, totalMs, totalCalls }: Workload): GuideItem {
  const period = since === undefined ? 'since an unknown time' : `counted since ${formatAge(since, readAt)}`;
  const label = `${formatCounted(totalCalls, 'call')}, ${formatMs(totalMs)} in all`;
  return new GuideItem({
    id: 'workload:period',
    label,
    description: period,
    icon: new vscode.ThemeIcon('history'),
    tooltip: () => `${label}, ${period}${since === undefined ? '' : ` (${new Date(since).toLocaleString()})`}`,
    spoken: `${label}, ${period}`,
  });
}

const icons: Readonly<Record<WorkloadRow['sender'], string>> = {
  here: 'file-code',
  session: 'plug',
  elsewhere: 'globe',
  hidden: 'lock',
};

const senders: Readonly<Record<WorkloadRow['sender'], string>> = {
  here: 'sent by this workspace',
  session: 'sent by drivers and pools',
  elsewhere: 'sent by nobody in this workspace',
  hidden: 'text hidden',
};

/** The numbers first: a statement is longer than the view is wide. */
function statementItem(row: WorkloadRow, order: WorkloadOrder): GuideItem {
  const { id, statistic, places, sender } = row;
  const text = statistic.text?.replace(/\s+/g, ' ').trim() ?? `statement ${statistic.queryId}`;
  const label = numbers(row, order);
  const [place] = places;
  const argument = place && queryArgument(place);
  const about: StatementArgument | undefined =
    statistic.text === undefined ? undefined : { id, sql: statistic.text, ...(argument && { place: argument }) };
  return new GuideItem({
    id: `workload:${id}`,
    label,
    description: [placeWords(places), shortened(text)].filter(Boolean).join(' · '),
    icon: new vscode.ThemeIcon(icons[sender]),
    tooltip: () => statementTooltip(row),
    spoken: `${label}, ${senders[sender]} ${placeWords(places)}. ${shortened(text)}`,
    ...(argument && { command: { title: 'Open', command: 'planlight.openQuery', arguments: [argument] } }),
    ...(places.length > 1 && { children: () => places.map((one, at) => senderItem(one, `workload:${id}:${at}`)) }),
    contextValue: about ? 'guideStatement' : 'guideHidden',
    about,
  });
}

/** `12 % · 12,300 × 4.1 ms` */
function numbers({ statistic, share }: WorkloadRow, order: WorkloadOrder): string {
  const { calls, meanMs } = statistic;
  const part = share >= 0.0005 ? `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %` : '<0.1 %';
  const each = `${formatCount(calls)} × ${formatMs(meanMs)}`;
  return [amountOf(statistic, order) ?? part, each].join(' · ');
}

/** What the list is sorted by, where that is not the time. */
function amountOf(statistic: StatementStatistic, order: WorkloadOrder): string | undefined {
  const block = 8_192;
  switch (order) {
    case 'rows':
      return formatCounted(statistic.rows, 'row');
    case 'buffers':
      return `${formatBytes((statistic.sharedHits + statistic.sharedReads) * block)} of buffers`;
    case 'temp':
      return `${formatBytes((statistic.temporaryRead + statistic.temporaryWritten) * block)} of temporary files`;
    case 'wal':
      return `${formatBytes(statistic.walBytes)} of WAL`;
    case 'total':
    case 'mean':
    case 'calls':
      return undefined;
  }
}

/** `comments.js`, `comments.js and 2 other places` */
function placeWords(places: readonly WorkspaceQuery[]): string {
  const [place] = places;
  if (!place) return '';
  const name = basename(place.path);
  return places.length === 1 ? name : `${name} and ${formatCounted(places.length - 1, 'other place')}`;
}

function senderItem(place: WorkspaceQuery, id: string): GuideItem {
  return placeItem(id, place.inFunction ?? place.library, place.path, place.range.start);
}

function statementTooltip({ statistic, entries, sender }: WorkloadRow): vscode.MarkdownString {
  const { text, calls, totalMs, meanMs, maxMs, rows, user, sharedReads } = statistic;
  const facts = [
    `${formatCounted(calls, 'call')}, ${formatMs(totalMs)} in all, ${formatMs(meanMs)} mean, ${formatMs(maxMs)} at most`,
    `${formatCount(calls > 0 ? rows / calls : 0)} rows a call, ${formatBytes(sharedReads * 8_192)} read from outside the cache`,
    `${senders[sender]}${user === undefined ? '' : `, as ${user}`}${entries > 1 ? `; ${entries} forms of it together` : ''}`,
  ];
  const tooltip = new vscode.MarkdownString();
  for (const fact of facts) tooltip.appendText(`${fact}\n\n`);
  if (text !== undefined) tooltip.appendCodeblock(text.slice(0, 2_000), 'sql');
  return tooltip;
}

function queryArgument({ path, range }: WorkspaceQuery): { uri: string; offset: number } {
  return { uri: vscode.Uri.file(path).toString(), offset: range.start };
}

const textOf = ({ statistic, places }: WorkloadRow): string =>
  `${statistic.text ?? ''} ${statistic.user ?? ''} ${places.map(({ path, inFunction }) => `${path} ${inFunction ?? ''}`).join(' ')}`;

function shortened(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
