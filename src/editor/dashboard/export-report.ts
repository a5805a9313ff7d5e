import * as vscode from 'vscode';
import { buildHealthReport, type HealthReport, panelsOf } from '../../analysis/health-report/health-report';
import { healthHtml } from '../../analysis/health-report/html';
import { placesIn } from '../../analysis/health-report/places';
import { unseenIn } from '../../analysis/health-report/unseen';
import type { LiveView } from '../../nouns/live';
import { withProgress } from '../commands';
import type { GuideService } from '../guide/guide-service';

export interface ExportOptions {
  /** What the dashboard shows; absent: none is open, and the checklist is asked first unless it was. */
  readonly live?: LiveView;
  /** Absent: the name that the person chooses says it. */
  readonly format?: 'html' | 'json';
}

/** Asks for a file and writes the report into it: the checklist as it was judged last, and what the dashboard saw. */
export async function exportReport(guide: GuideService, { live, format }: ExportOptions): Promise<void> {
  if (!live && guide.points.length === 0) {
    await withProgress('Run the checklist', (signal, progress) =>
      guide.run({ signal, onProgress: (message) => progress.report({ message }) }),
    );
  }
  const at = new Date().toISOString();
  const file = await vscode.window.showSaveDialog({
    title: 'Export Health Report',
    filters: filtersOf(format),
    defaultUri: nameFor(at, format ?? 'html'),
  });
  if (!file) return;
  const report = await reportOf(guide, live, at);
  const isJson = format === 'json' || (format === undefined && file.path.endsWith('.json'));
  const text = isJson ? `${JSON.stringify(report, undefined, 2)}\n` : healthHtml(report);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const answer = await vscode.window.showInformationMessage(
    `Planlight: the report is in ${vscode.workspace.asRelativePath(file)}.`,
    'Open',
  );
  if (answer !== 'Open') return;
  // A page is for the browser; the text of one would say little.
  if (isJson) await vscode.window.showTextDocument(file);
  else await vscode.env.openExternal(file);
}

function filtersOf(format: 'html' | 'json' | undefined): Record<string, string[]> {
  const [html, json] = [{ 'Web page': ['html'] }, { JSON: ['json'] }];
  return format === 'html' ? html : format === 'json' ? json : { ...html, ...json };
}

/** `health-2026-01-31.html` in the workspace's folder. */
function nameFor(at: string, extension: string): vscode.Uri | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder && vscode.Uri.joinPath(folder, `health-${at.slice(0, 10)}.${extension}`);
}

async function reportOf(guide: GuideService, live: LiveView | undefined, at: string): Promise<HealthReport> {
  const { facts, server } = guide;
  const database = live?.database ?? server?.server.label;
  // The checklist may be of the database that was chosen before.
  const isOfIt = database === server?.server.label;
  const points = isOfIt ? guide.points : [];
  return buildHealthReport({
    at,
    ...(database !== undefined && { database }),
    missing: isOfIt && facts ? unseenIn(facts) : [],
    points,
    panels: live?.panels ?? panelsOf(facts?.health),
    ...(live && { live: { charts: live.charts, samples: live.samples, events: live.events } }),
    place: await placesIn(points, (path) => vscode.workspace.asRelativePath(vscode.Uri.file(path))),
  });
}
