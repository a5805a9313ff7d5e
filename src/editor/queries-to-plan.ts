import * as vscode from 'vscode';
import { statementToPlan } from '../analysis/explainable';
import { touches } from './ranges';
import type { TrackedDocument, TrackedQuery } from './tracked-document';

/**
 * In a document with more queries than this only those near the visible lines are planned unasked, when they come
 * into view: nobody waits for the plans of the others, and a server has better things to do.
 */
const MOST_AUTOMATIC = 300;
/** Rows of values are data; sending them to a planner tells nothing. UTF-16 code units. */
const LONGEST_ROWS = 2_000;

export function isLong(tracked: TrackedDocument): boolean {
  return tracked.queries.length > MOST_AUTOMATIC;
}

/** What is planned unasked of a document that can be seen and has not been planned yet. */
export function queriesToPlan(tracked: TrackedDocument): TrackedQuery[] {
  if (!isVisible(tracked)) return [];
  return nearTheEye(tracked).filter((query) => isWorthPlanning(query) && !query.touched && !query.judgement);
}

/** The queries of a document that can be seen; of a long one, those near the visible lines. */
export function queriesInView(tracked: TrackedDocument): readonly TrackedQuery[] {
  return isVisible(tracked) ? nearTheEye(tracked) : [];
}

function isWorthPlanning(query: TrackedQuery): boolean {
  const statement = statementToPlan(query.query);
  return statement !== undefined && (statement.kind !== 'insert' || statement.text.length <= LONGEST_ROWS);
}

/** All queries of a document of usual length; of a long one, those on the visible lines and a page around them. */
function nearTheEye(tracked: TrackedDocument): readonly TrackedQuery[] {
  const { queries, document } = tracked;
  if (!isLong(tracked)) return queries;
  const areas = vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) => visibleRanges)
    .map(({ start, end }) => {
      const page = end.line - start.line + 1;
      const last = document.lineAt(Math.min(document.lineCount - 1, end.line + page));
      return {
        start: document.offsetAt(new vscode.Position(Math.max(0, start.line - page), 0)),
        end: document.offsetAt(last.range.end),
      };
    });
  return queries.filter(({ range }) => areas.some((area) => touches(area, range))).slice(0, MOST_AUTOMATIC);
}

function isVisible(tracked: TrackedDocument): boolean {
  return vscode.window.visibleTextEditors.some((editor) => editor.document === tracked.document);
}

/** The active editor's visible lines, then its others, then other editors. */
export function priorityOf(tracked: TrackedDocument, query: TrackedQuery): number {
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document === tracked.document);
  if (!editor) return 1e9;
  const line = tracked.document.positionAt(query.range.start).line;
  const inView = editor.visibleRanges.some((range) => range.start.line <= line && line <= range.end.line);
  const active = editor === vscode.window.activeTextEditor;
  return (active ? 0 : 1e6) + (inView ? 0 : 1e5) + line / 1e3;
}
