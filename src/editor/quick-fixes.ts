import * as vscode from 'vscode';
import type { Finding } from '../nouns/finding';
import type { EditFix, Fix, IndexFix, StatementFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import { formatCost } from '../plan/format';
import { createIndexSql } from '../sql/create-index';
import type { DatabaseService } from './database-service';
import { DIAGNOSTIC_SOURCE } from './diagnostics';
import type { DocumentTracker } from './document-tracker';
import type { Feature } from './feature';
import { fileEditAction } from './file-edit-action';
import type { FixTask } from './fix-commands';
import type { IndexesInModels } from './indexes-in-models';
import { documentSelector } from './languages';
import { toRange } from './positions';
import { shifted, touches } from './ranges';
import { shortTitle } from './short-title';
import type { TrackedDocument, TrackedQuery } from './tracked-document';

/** The light bulb on a finding: its fixes, each in the ways in which it can be applied. */
export class QuickFixes implements Feature, vscode.CodeActionProvider {
  readonly #tracker: DocumentTracker;
  readonly #databases: DatabaseService;
  readonly #models: IndexesInModels;

  constructor(tracker: DocumentTracker, databases: DatabaseService, models: IndexesInModels) {
    this.#tracker = tracker;
    this.#databases = databases;
    this.#models = models;
  }

  register(context: vscode.ExtensionContext): void {
    const metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    context.subscriptions.push(vscode.languages.registerCodeActionsProvider(documentSelector, this, metadata));
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const tracked = this.#tracker.get(document);
    const ours = context.diagnostics.filter((diagnostic) => diagnostic.source === DIAGNOSTIC_SOURCE);
    if (!tracked || ours.length === 0) return [];
    const asked = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    const actions: vscode.CodeAction[] = [];
    const offered = new Set<string>();
    for (const query of tracked.queries) {
      for (const finding of query.findings) {
        if (!touches(finding.range, asked)) continue;
        const diagnostics = ours.filter((diagnostic) => diagnostic.message === finding.message);
        // Another form of the same call says it already.
        if (diagnostics.length === 0) continue;
        for (const fix of finding.fixes) {
          if (offered.has(fix.title)) continue;
          offered.add(fix.title);
          for (const action of await this.#actions(tracked, query, finding, fix)) {
            action.diagnostics = diagnostics;
            actions.push(action);
          }
        }
      }
    }
    actions.push(...this.#programActions(tracked, asked, ours));
    const [first] = actions;
    if (first && first.isPreferred === undefined) first.isPreferred = true;
    return actions;
  }

  /** Of findings about the program: edits, perhaps of several files. */
  #programActions(tracked: TrackedDocument, asked: TextRange, ours: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
    if (tracked.programVersion !== tracked.document.version) return [];
    return tracked.programFindings.flatMap(({ finding }) => {
      if (!finding || !touches(finding.range, asked)) return [];
      const edits = finding.fixes.flatMap((fix) => (fix.kind === 'edit' && this.#fitsOpenDocuments(fix) ? [fix] : []));
      return edits.map((fix) => {
        const action = fileEditAction(tracked.document, fix);
        action.diagnostics = ours.filter(({ message }) => message === finding.message);
        if (fix.isAside) action.isPreferred = false;
        return action;
      });
    });
  }

  /** What was typed in another file since it was read has moved the places of the edits there. */
  #fitsOpenDocuments({ edits }: EditFix): boolean {
    const paths = new Set(edits.map(({ uri }) => uri));
    const open = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'file' && paths.has(uri.fsPath));
    return open.every((document) => {
      const tracked = this.#tracker.get(document);
      return tracked ? tracked.programVersion === document.version : !document.isDirty;
    });
  }

  async #actions(
    tracked: TrackedDocument,
    query: TrackedQuery,
    finding: Finding,
    fix: Fix,
  ): Promise<vscode.CodeAction[]> {
    switch (fix.kind) {
      case 'edit':
        return [editAction(tracked, query, fix)];
      case 'statement':
        return [copyAction(fix)];
      case 'index':
        return [...this.#indexActions({ tracked, query, finding, fix }), ...(await this.#modelActions(tracked, fix))];
    }
  }

  /** Where the project's models are what its indexes are made from. */
  async #modelActions({ document }: TrackedDocument, fix: IndexFix): Promise<vscode.CodeAction[]> {
    const edits = await this.#models.editsOf(document, fix);
    return edits.map((edit) =>
      fileEditAction(document, { ...edit, title: shortTitle(indexWords(fix), `: ${edit.title}`) }),
    );
  }

  #indexActions(task: FixTask): vscode.CodeAction[] {
    const { fix, tracked } = task;
    const what = indexWords(fix);
    const actions: vscode.CodeAction[] = [];
    const state = this.#databases.settledOf(tracked.document.uri);
    if (state?.kind === 'server') {
      const { costBefore, costAfter } = fix.proof;
      const gain = `cost ${formatCost(costBefore)} → ${formatCost(costAfter)}`;
      actions.push(
        command(shortTitle(what, `: run on ${state.profile.database} (${gain})`), 'planlight.runIndex', task),
      );
      // What checks a foreign key is not in the statement's own plan, so there is nothing to measure.
      if (!fix.foreignKey) {
        actions.push(
          command(shortTitle(what, ': create it, measure, keep it if it helps'), 'planlight.verifyIndex', task),
        );
      }
    }
    actions.push(command(shortTitle(what, ': show the plan with it'), 'planlight.showIndexPlan', task));
    if (tracked.document.languageId === 'sql') {
      actions.push(command(shortTitle(what, ': write it below the query'), 'planlight.insertIndex', task));
    }
    actions.push(command(shortTitle(what, ': new migration file'), 'planlight.writeMigration', task));
    actions.push(command(shortTitle(what, ': copy the statement'), 'planlight.copyFix', fix));
    return actions;
  }
}

function editAction(tracked: TrackedDocument, query: TrackedQuery, fix: EditFix): vscode.CodeAction {
  const action = new vscode.CodeAction(shortTitle(fix.title), vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of fix.edits) {
    const now = toRange(tracked.document, shifted(range, query.delta));
    action.edit.replace(tracked.document.uri, now, newText);
  }
  return action;
}

function copyAction(fix: StatementFix): vscode.CodeAction {
  return command(shortTitle(fix.title, ': copy the statement'), 'planlight.copyFix', fix);
}

function command(title: string, id: string, argument: unknown): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command: id, arguments: [argument] };
  return action;
}

/** `Index on posts (author_id, created_at DESC)`, with INCLUDE and WHERE where it has them. */
export function indexWords({ index }: IndexFix): string {
  const name = 'x';
  return `Index on ${createIndexSql({ ...index, name }).slice(`CREATE INDEX ${name} ON `.length)}`;
}
