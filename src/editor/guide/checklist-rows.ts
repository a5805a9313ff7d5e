import * as vscode from 'vscode';
import type { JudgedCheck, JudgedPoint } from '../../analysis/guide/guide';
import { notesOfFix } from '../../analysis/health-report/fix-texts';
import type { CheckState, GuideFix } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import { formatAge } from '../../plan/format-age';
import { plain } from '../markdown';
import type { QueryArgument } from '../query-argument';
import { type FixArgument, fixIcons, fixWords, stateIcons, stateWords } from './check-words';
import { GuideItem, note } from './guide-item';
import type { GuideService } from './guide-service';

const colours: Readonly<Record<CheckState, string>> = {
  passed: 'testing.iconPassed',
  attention: 'list.warningForeground',
  failed: 'list.errorForeground',
  'not applicable': 'disabledForeground',
  unknown: 'descriptionForeground',
};

/** The points of the checklist, below each its checks, below each what one can do. Points that are being asked say so. */
export function checklistRows({ points, isAsking }: GuideService): GuideItem[] {
  const isAsked = isAsking || points.some(({ checks }) => checks.length > 0);
  return isAsked ? points.map((point) => pointItem(point, isAsking)) : [];
}

function pointItem(point: JudgedPoint, isAsking: boolean): GuideItem {
  const { id, title, state, checks } = point;
  const isAwaited = isAsking && checks.length === 0;
  const worst = checks.find(({ result }) => result.state === state);
  const says = worst?.result.says ?? (isAwaited ? 'Being asked…' : 'Not asked yet.');
  const age = worst && formatAge(worst.judgedAt, new Date().toISOString());
  const words = [`${title}: ${stateWords[state]}.`, says, ...counted(checks), ...(age ? [`Checked ${age}.`] : [])];
  return new GuideItem({
    id: `point:${id}`,
    label: title,
    description: says,
    icon: isAwaited ? new vscode.ThemeIcon('loading~spin') : stateIcon(state),
    tooltip: () => words.join('\n'),
    spoken: words.join(' '),
    contextValue: checks.length > 0 ? 'guidePoint' : 'guidePointUnasked',
    about: { point: id },
    ...(checks.length > 0 && { children: () => checks.map(checkItem) }),
  });
}

function counted(checks: readonly JudgedCheck[]): string[] {
  const open = checks.filter(({ result: { state } }) => state === 'failed' || state === 'attention').length;
  return checks.length < 2 || open === 0 ? [] : [`${open} of ${formatCounted(checks.length, 'check')} say so.`];
}

function checkItem(judged: JudgedCheck): GuideItem {
  const { check, result } = judged;
  const children = [...(result.missing ?? []), ...(result.fixes ?? []), ...(result.places ?? [])];
  return new GuideItem({
    id: `check:${check.id}`,
    label: check.title,
    description: result.says,
    icon: stateIcon(result.state),
    tooltip: () => checkTooltip(judged),
    spoken: `${check.title}: ${stateWords[result.state]}. ${result.says}`,
    command: { title: 'Show Details', command: 'planlight.showCheck', arguments: [{ check: check.id }] },
    contextValue: 'guideCheck',
    about: { check: check.id },
    ...(children.length > 0 && { children: () => detailItems(judged) }),
  });
}

function checkTooltip({ check, result, judgedAt }: JudgedCheck): vscode.MarkdownString {
  const { state, says, evidence = [], missing = [] } = result;
  const facts = evidence.flatMap((one) => (one.kind === 'fact' ? [`${one.label}: ${one.value}`] : []));
  const parts = [
    `**${plain(check.title)}: ${stateWords[state]}**`,
    plain(says),
    facts.map((one) => `- ${plain(one)}`).join('\n'),
    missing.map(plain).join(' '),
    `Checked ${formatAge(judgedAt, new Date().toISOString())}.`,
  ];
  return new vscode.MarkdownString(parts.filter((part) => part !== '').join('\n\n'));
}

function detailItems({ check, result: { missing = [], fixes = [], places = [] } }: JudgedCheck): GuideItem[] {
  const id = (kind: string, at: number) => `${kind}:${check.id}:${at}`;
  return [
    ...missing.map((sentence, at) => note(id('missing', at), sentence, 'question')),
    ...fixes.map((fix, at) => fixItem(fix, id('fix', at), { check: check.id, title: fix.title, at })),
    ...places.map(({ uri, range, message }, at) => placeItem(id('place', at), message, uri, range.start)),
  ];
}

function fixItem(fix: GuideFix, id: string, argument: FixArgument): GuideItem {
  const command = { title: fixWords[fix.kind], command: 'planlight.applyGuideFix', arguments: [argument] };
  return new GuideItem({
    id,
    label: fix.title,
    icon: new vscode.ThemeIcon(fixIcons[fix.kind]),
    tooltip: () => [fix.title, ...notesOfFix(fix), fixWords[fix.kind]].join('\n'),
    spoken: `Fix: ${fix.title}. ${fixWords[fix.kind]}`,
    command,
    contextValue: 'guideFix',
    about: argument,
  });
}

/** A place in a file of the workspace. */
export function placeItem(id: string, label: string, path: string, offset: number): GuideItem {
  const uri = vscode.Uri.file(path);
  const argument: QueryArgument = { uri: uri.toString(), offset };
  return new GuideItem({
    id,
    label,
    description: vscode.workspace.asRelativePath(uri),
    icon: new vscode.ThemeIcon('go-to-file'),
    tooltip: () => `${label}\n${vscode.workspace.asRelativePath(uri)}`,
    command: { title: 'Open', command: 'planlight.openQuery', arguments: [argument] },
    contextValue: 'guidePlace',
  });
}

function stateIcon(state: CheckState): vscode.ThemeIcon {
  return new vscode.ThemeIcon(stateIcons[state], new vscode.ThemeColor(colours[state]));
}

/** How many points are worth a look. */
export function badgeOf(points: readonly JudgedPoint[]): vscode.ViewBadge | undefined {
  const value = points.filter(({ state }) => state === 'failed' || state === 'attention').length;
  if (value === 0) return undefined;
  const need = value === 1 ? 'needs' : 'need';
  return { value, tooltip: `${formatCounted(value, 'point')} of the checklist ${need} attention` };
}
