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

function detailItems({ id, check, before, after }: AppliedFix, changes: readonly string[]): GuideItem[] {
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
  if (isOfRow(check)) return changed;
  return [
    ...changed,
    item('before', 'Before:', before.says, 'debug-step-back'),
    ...(after ? [item('after', 'After:', after.says, 'debug-step-over')] : []),
  ];
}
