import * as vscode from 'vscode';
import type { FoundStatements, WorkloadDocument } from '../analysis/workload/workload-statements';
import type { AnalyzerService } from './analyzer-service';
import type { CodeIndex } from './code-index';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { Feature } from './feature';
import { TextPages } from './text-pages';
import { choosePart, type WorkspacePart } from './workspace-parts';

/** As `planlight advise` without options. */
const LIMITS = { budgetBytes: Number.POSITIVE_INFINITY, maxWidth: 6, timeLimitMs: 30_000 };

/** Advise on the Workspace's Queries: the set of indexes that makes all of them together cheapest, as a page of text. */
export class WorkloadCommands implements Feature {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #analyzers: AnalyzerService;
  readonly #code: CodeIndex;
  readonly #pages = new TextPages('planlight-advice');

  constructor(options: {
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly analyzers: AnalyzerService;
    readonly code: CodeIndex;
  }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#analyzers = options.analyzers;
    this.#code = options.code;
  }

  register(context: vscode.ExtensionContext): void {
    this.#pages.register(context);
    this.#commands.register(context, 'planlight.adviseWorkspace', 'Advise on the Workspace’s Queries', () =>
      this.#show(),
    );
  }

  async #show(): Promise<void> {
    const passedOver: string[] = [];
    const title = 'Advise on the Workspace’s Queries';
    const part = await choosePart(this.#databases, { title, tell: (sentence) => passedOver.push(sentence) });
    if (!part) return;
    const text = await withProgress('Advising on the workspace’s queries', (signal, progress) => {
      let said = 0;
      const tell = (message: () => string): void => {
        // The notification is drawn anew each time.
        if (performance.now() - said < 200) return;
        said = performance.now();
        progress.report({ message: message() });
      };
      return this.#databases.withPassword(() => this.#advise(part, { passedOver, signal, tell }), part.resource);
    });
    await this.#pages.show('Advice for the workspace', text);
  }

  async #advise(
    part: WorkspacePart,
    {
      passedOver,
      signal,
      tell,
    }: { passedOver: readonly string[]; signal: AbortSignal; tell: (said: () => string) => void },
  ): Promise<string> {
    const [{ adviseStatements }, { adviceText }, { newViews }] = await Promise.all([
      import('../analysis/workload/advise-statements'),
      import('../analysis/workload/advice-text'),
      import('../analysis/workload/workload-statements'),
    ]);
    const analyzer = await this.#analyzers.analyzer();
    const target = await this.#databases.explicitTarget(part.resource);
    const found = await this.#statements(part, passedOver);
    const known = await target.snapshot(signal);
    const report = await adviseStatements(found, {
      snapshot: { ...known, views: [...known.views, ...newViews(found.others, known)] },
      whatIf: await this.#analyzers.whatIf(),
      parser: analyzer.parser,
      limits: LIMITS,
      isCounted: false,
      signal,
      onProgress: tell,
    });
    return `${adviceText(report)}\n\nPlanned in memory, with the statistics of ${target.label}.\n`;
  }

  /** Of the files as they are saved, and of open documents as they are on the screen. */
  async #statements({ files }: WorkspacePart, passedOver: readonly string[]): Promise<FoundStatements> {
    const [{ readSource }, { statementsOf }, { sitesOfListed }, listed] = await Promise.all([
      import('../analysis/source-files'),
      import('../analysis/workload/workload-statements'),
      import('../analysis/code/listed-queries'),
      this.#code.queries(),
    ]);
    const unread = [...passedOver];
    const documents: WorkloadDocument[] = [];
    for (const path of files) {
      const open = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === path);
      const document = open
        ? { languageId: open.languageId, text: open.getText() }
        : await readSource(path, (sentence) => unread.push(sentence));
      const uri = vscode.workspace.asRelativePath(vscode.Uri.file(path));
      if (document) documents.push({ ...document, uri, calls: sitesOfListed(uri, listed.get(path) ?? []) });
    }
    const found = await statementsOf(documents, await this.#analyzers.analyzer());
    return { ...found, passedOver: [...found.passedOver, ...unread.map((why) => ({ label: 'The workspace', why }))] };
  }
}
