import * as vscode from 'vscode';
import type { IndexHealth } from '../../database/health/health';
import type { IndexAdvice, RemovableIndex } from '../../guide/facts';
import { isBloatedIndex } from '../../guide/maintenance/bloat-limits';
import { seen } from '../../guide/support/known';
import type { IndexFix } from '../../nouns/fix';
import { formatBytes, formatCost, formatCounted, formatGain } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import { indexWords } from '../quick-fixes';
import { group } from './group-row';
import { GuideItem, note } from './guide-item';
import type { GuideService } from './guide-service';
import type { RowsWanted } from './guide-view';
import { fits, longList } from './long-list';
import type { RowFix } from './row-fix';
import type { TableArgument } from './table-actions';

/** Missing indexes (after a search that somebody asked for), those that could go, and those that are larger than they need be. */
export function indexRows({ facts }: GuideService, wanted: RowsWanted): GuideItem[] {
  if (!facts?.health)
    return facts ? [note('indexes:missing', facts.missing.health ?? 'The server was not asked.')] : [];
  const { indexes } = facts.health;
  if ('missing' in indexes) return [note('indexes:hidden', indexes.missing, 'warning')];
  const all = seen(indexes) ?? [];
  const known = new Map(all.map((index) => [`${index.schema}.${index.name}`, index]));
  const { advice } = facts;
  return [
    missingGroup(advice, facts.missing.advice, wanted),
    ...(advice ? [removableGroup(advice.removable, known, wanted)] : []),
    ...(advice ? [] : [invalidGroup(all, wanted)]),
    bloatedGroup(all, wanted),
    allGroup(all, wanted),
    ...(indexes.partly === undefined ? [] : [note('indexes:partly', indexes.partly)]),
  ];
}

function missingGroup(advice: IndexAdvice | undefined, why: string | undefined, wanted: RowsWanted): GuideItem {
  if (!advice) {
    return new GuideItem({
      id: 'indexes:search',
      label: 'Search for missing indexes…',
      description: why ?? 'tries indexes for the queries that are counted; nothing is built',
      icon: new vscode.ThemeIcon('search'),
      command: { title: 'Search', command: 'planlight.searchIndexes' },
    });
  }
  const missing = advice.missing.filter((fix) => fits(fix.concurrently, wanted));
  const rows = () => longList('indexes:missing', missing, missingItem);
  return group({ id: 'indexes:missing', label: 'Missing', icon: 'add', count: missing.length, rows, isOpen: true });
}

function missingItem(fix: IndexFix): GuideItem {
  const { costBefore, costAfter, sizeBytes } = fix.proof;
  const { schema, table, name } = fix.index;
  const row: RowFix = { point: 'indexes', fix };
  const gain = `cost ${formatCost(costBefore)} → ${formatCost(costAfter)}, ${formatGain(costBefore, costAfter)} less`;
  const description = `${gain} · about ${formatBytes(sizeBytes)}`;
  return new GuideItem({
    id: `indexes:missing:${schema}.${table}.${name}`,
    label: indexWords(fix),
    description,
    icon: new vscode.ThemeIcon('lightbulb'),
    tooltip: () => new vscode.MarkdownString().appendText(`${fix.title}\n\n`).appendCodeblock(fix.concurrently, 'sql'),
    spoken: `${indexWords(fix)}, missing. ${description}`,
    command: { title: 'Create Index', command: 'planlight.applyGuideFix', arguments: [row] },
    contextValue: 'guideMissingIndex',
    about: { schema, table, ...row },
  });
}

function removableGroup(
  removable: readonly RemovableIndex[],
  known: ReadonlyMap<string, IndexHealth>,
  wanted: RowsWanted,
): GuideItem {
  const found = removable.filter(({ schema, table, index, kind }) =>
    fits(`${schema}.${table} ${index} ${kind}`, wanted),
  );
  const rows = () =>
    longList('indexes:removable', found, ({ schema, table, index, kind, reason, bytes }) =>
      indexItem(
        'removable',
        known.get(`${schema}.${index}`) ?? { schema, table, name: index, bytes },
        `${kind} · ${reason}`,
      ),
    );
  return group({ id: 'indexes:removable', label: 'Could go', icon: 'trash', count: found.length, rows, isOpen: true });
}

function invalidGroup(all: readonly IndexHealth[], wanted: RowsWanted): GuideItem {
  const invalid = all.filter((index) => !index.isValid && fits(textOf(index), wanted));
  const rows = () =>
    longList('indexes:invalid', invalid, (index) => indexItem('invalid', index, 'invalid: of a build that failed'));
  return group({ id: 'indexes:invalid', label: 'Invalid', icon: 'error', count: invalid.length, rows });
}

function bloatedGroup(all: readonly IndexHealth[], wanted: RowsWanted): GuideItem {
  const bloated = all
    .filter(({ bloat }) => bloat && isBloatedIndex(bloat))
    .filter((index) => fits(textOf(index), wanted))
    .sort((a, b) => (b.bloat?.bytes ?? 0) - (a.bloat?.bytes ?? 0));
  const rows = () =>
    longList('indexes:bloated', bloated, (index) => {
      const { bytes = 0, share = 0 } = index.bloat ?? {};
      return indexItem('bloated', index, `about ${Math.round(share * 100)} % bloat, ${formatBytes(bytes)} to free`);
    });
  return group({ id: 'indexes:bloated', label: 'Bloated', icon: 'fold', count: bloated.length, rows });
}

function allGroup(all: readonly IndexHealth[], wanted: RowsWanted): GuideItem {
  const found = all.filter((index) => fits(textOf(index), wanted)).sort((a, b) => b.bytes - a.bytes);
  const rows = () =>
    longList('indexes:all', found, (index) => indexItem('all', index, formatCounted(index.scans, 'scan')));
  return group({ id: 'indexes:all', label: 'All, the largest first', icon: 'list-ordered', count: found.length, rows });
}

type ShownIndex = Pick<IndexHealth, 'schema' | 'table' | 'name' | 'bytes'> & Partial<IndexHealth>;

function indexItem(section: string, index: ShownIndex, says: string): GuideItem {
  const { schema, table, name, bytes, definition, isPrimary, isOfConstraint } = index;
  const about: TableArgument = { schema, table, index: name };
  // One that keeps a promise about the rows can be rebuilt, not dropped.
  const keeps = isPrimary || isOfConstraint;
  const description = `${qualifiedName(schema, table)} · ${formatBytes(bytes)} · ${says}`;
  return new GuideItem({
    id: `indexes:${section}:${schema}.${name}`,
    label: qualifiedName(schema, name),
    description,
    icon: new vscode.ThemeIcon(keeps ? 'key' : 'list-tree'),
    tooltip: () => {
      const text = new vscode.MarkdownString().appendText(`${says}\n\n`);
      return definition === undefined ? text : text.appendCodeblock(definition, 'sql');
    },
    spoken: `${name} on ${table}, ${formatBytes(bytes)}. ${says}`,
    contextValue: keeps ? 'guideKeyIndex' : 'guideIndex',
    about,
  });
}

const textOf = ({ schema, table, name }: IndexHealth): string => `${schema}.${table} ${schema}.${name}`;
