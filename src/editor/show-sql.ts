import * as vscode from 'vscode';
import { Problem } from '../nouns/problem';
import { sqlLines } from '../sql/sql-lines';
import { parametersSaid, statementsOfForm } from './call-text';
import type { Commands } from './commands';
import type { DocumentTracker } from './document-tracker';
import type { Feature } from './feature';
import type { FoundQuery, QueryFinder } from './query-finder';
import { TextPages } from './text-pages';
import type { TrackedDocument } from './tracked-document';

/** Show SQL of This Call: a page of SQL beside the code, which follows the call while it is edited. */
export class ShowSql implements Feature {
  readonly #commands: Commands;
  readonly #finder: QueryFinder;
  readonly #tracker: DocumentTracker;
  readonly #pages = new TextPages('planlight-sql');
  /** The page's title → the call that it shows, and where that stood when it was read last. */
  readonly #shown = new Map<string, FoundQuery & { offset: number }>();

  constructor(options: {
    readonly commands: Commands;
    readonly finder: QueryFinder;
    readonly tracker: DocumentTracker;
  }) {
    this.#commands = options.commands;
    this.#finder = options.finder;
    this.#tracker = options.tracker;
  }

  register(context: vscode.ExtensionContext): void {
    this.#pages.register(context);
    this.#commands.register(context, 'planlight.showSql', 'Show SQL of This Call', (argument) => this.#show(argument));
    context.subscriptions.push(
      this.#tracker.onDidChange((tracked) => this.#follow(tracked)),
      this.#tracker.onDidClose((tracked) => this.#forget(tracked)),
    );
  }

  async #show(argument: unknown): Promise<void> {
    const found = await this.#finder.find(argument);
    const call = found.query.query.site.call;
    if (!call) throw new Problem('not-understood', 'The query at the cursor is SQL already.');
    const { document } = found.tracked;
    const line = document.positionAt(found.query.range.start).line + 1;
    const title = `${vscode.workspace.asRelativePath(document.uri).replaceAll('/', '.')}.${line}.sql`;
    this.#shown.set(title, { ...found, offset: found.query.range.start });
    await this.#pages.show(title, pageOf(found), {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  #follow(tracked: TrackedDocument): void {
    for (const [title, shown] of this.#shown) {
      if (shown.tracked !== tracked) continue;
      if (tracked.queries.includes(shown.query)) {
        shown.offset = shown.query.range.start;
        continue;
      }
      const query = tracked.queryAt(shown.offset);
      if (!query?.query.site.call) continue;
      this.#shown.set(title, { tracked, query, offset: query.range.start });
      this.#pages.update(title, pageOf({ tracked, query }));
    }
  }

  #forget(tracked: TrackedDocument): void {
    for (const [title, shown] of this.#shown) if (shown.tracked === tracked) this.#shown.delete(title);
  }
}

/** Every form of the call as statements that can be explained where they stand. */
function pageOf({ tracked, query }: FoundQuery): string {
  const ofCall = tracked.ofCall(query);
  const call = query.query.site.call;
  if (!call) return '';
  const { library } = query.query.site;
  const name = tracked.document.getText().slice(call.nameRange.start + query.delta, call.nameRange.end + query.delta);
  const lines = [`-- What ${name} of ${library} sends.`, ...call.notes.map((note) => `-- ${note}`)];
  for (let form = 1; form <= call.formCount; form++) {
    const queries = statementsOfForm(form, ofCall);
    if (call.formCount > 1) lines.push('', `-- Form ${form} of ${call.formCount}, by the branches of the program:`);
    if (queries.length === 0) lines.push('', '-- What it sends in this form is not known.');
    for (const [index, one] of queries.entries()) {
      lines.push('');
      if (queries.length > 1) lines.push(`-- Statement ${index + 1} of ${queries.length}`);
      const values = parametersSaid(one);
      if (values.length > 0) lines.push(`-- ${values.map(oneLine).join(', ')}`);
      lines.push(`${sqlLines(one.query.site.sql)};`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
