import * as vscode from 'vscode';
import { type AppliedFix, improvements } from '../../analysis/guide/history';
import { formatCounted } from '../../plan/format';
import { formatAge } from '../../plan/format-age';
import { fixIcons } from './check-words';
import { GuideItem, note } from './guide-item';
import { isOfRow } from './row-fix';

/** What was applied, the last first, and below each what it changed in numbers. */
export function historyRows({ applied, broken }: { applied: readonly AppliedFix[]; broken: number }): GuideItem[] {
  const rows = applied.map(appliedItem);
  if (broken === 0) return rows;
  const lines = formatCounted(broken, 'line');
  return [...rows, note('history:broken', `${lines} of .planlight/history.jsonl cannot be read.`, 'warning')];
}

function appliedItem(applied: AppliedFix): GuideItem {
  const { id, at, database, check, fix, after } = applied;
  const changes = improvements(applied);
  const age = formatAge(at, new Date().toISOString());
  const said = after ? (changes[0] ?? 'nothing that is measured has changed') : 'not checked since';
  return new GuideItem({
    id: `history:${id}`,
    label: fix.title,
    description: `${said} · ${age}`,
    icon: new vscode.ThemeIcon(fixIcons[fix.kind] ?? 'history'),
    tooltip: () =>
      [fix.title, ...changes, `Applied ${age}${database === undefined ? '' : ` on ${database}`}.`].join('\n'),
    spoken: `${fix.title}, applied ${age}. ${said}`,
    ...(!isOfRow(check) && { contextValue: 'guideApplied' }),
    about: { check },
    children: () => detailItems(applied, changes),
  });
}

function detailItems(applied: AppliedFix, changes: readonly string[]): GuideItem[] {
  const { id, check, before, after } = applied;
  const item = (name: string, label: string, description: string, icon: string) =>
    new GuideItem({
      id: `history:${id}:${name}`,
      label,
      description,
      icon: new vscode.ThemeIcon(icon),
      tooltip: () => `${label} ${description}`,
      spoken: `${label} ${description}`,
    });
  const changed = changes.map((change, at) => item(`change:${at}`, change, '', 'arrow-small-right'));
  if (isOfRow(check)) return [...changed, ...undoItem(applied)];
  return [
    ...changed,
    item('before', 'Before:', before.says, 'debug-step-back'),
    ...(after ? [item('after', 'After:', after.says, 'debug-step-over')] : []),
    ...undoItem(applied),
  ];
}

/** Opened as a text, for a person to run: the database may not be the one that is in use now. */
function undoItem({ id, fix, undo, database }: AppliedFix): GuideItem[] {
  if (undo === undefined) return [];
  const label = 'To have it back:';
  const where = database === undefined ? '' : ` on ${database}`;
  return [
    new GuideItem({
      id: `history:${id}:undo`,
      label,
      description: undo,
      icon: new vscode.ThemeIcon('discard'),
      tooltip: () => new vscode.MarkdownString().appendCodeblock(undo, 'sql'),
      spoken: `${label} ${undo}`,
      command: {
        title: 'Open the Statement',
        command: 'planlight.openStatement',
        arguments: [{ sql: undo, comment: `Takes back: ${fix.title}${where}` }],
      },
    }),
  ];
}
