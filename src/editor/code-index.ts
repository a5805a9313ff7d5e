import * as path from 'node:path';
import * as vscode from 'vscode';
import type { CodeService } from '../analysis/code/code-service';
import type { IndexInCode } from '../analysis/code/indexes-in-code';
import type { ListedQuery } from '../analysis/code/listed-queries';
import type { CallFindingsOptions } from '../analysis/code/workspace-code';
import type { CallWithoutSql } from '../code/call-sites';
import { FileRoles } from '../code/file-roles';
import type { Finding } from '../nouns/finding';
import type { IndexDefinition } from '../nouns/fix';
import type { QuerySite, SourceDocument } from '../nouns/query-site';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { isProgram } from './languages';
import type { Settings } from './settings';
import { folderPaths } from './workspace-folders';

/** Several files change together when a branch is checked out. */
const PAUSE_MS = 500;
/** The facts of some ten thousand files. */
const MEMORY_MB = 2_000;
const FILES = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,vue,svelte,prisma,py,rb,rake,erb,jbuilder,graphql,graphqls,gql}';
/** Of Django and Jinja. */
const TEMPLATES = '**/templates/**/*.{html,htm,djhtml,jinja,jinja2,j2}';
const PROJECT_FILES = '**/{package,tsconfig*,jsconfig}.json';

/** The calls of query libraries in a document. */
export interface DocumentCalls {
  readonly sites: readonly QuerySite[];
  readonly withoutSql: readonly CallWithoutSql[];
}

/**
 * The program that the workspace's files make, held in a thread of its own: read when the first document in one of its
 * languages is opened, kept from one time to the next, and up to date with the files and with what is typed.
 */
export class CodeIndex implements Feature, vscode.Disposable {
  readonly #distFolder: string;
  readonly #storage: vscode.Uri | undefined;
  readonly #settings: Settings;
  readonly #errors: ErrorReporter;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #found = new vscode.EventEmitter<ReadonlyMap<string, readonly Finding[]>>();
  readonly #pending = new Set<string>();
  /** Files that were read, or that somebody told of. */
  #known = new Set<string>();
  #service: Promise<CodeService & vscode.Disposable> | undefined;
  #isWhole = false;
  /** Settles when all files are read, or the reading was given up. */
  #whole: Promise<void> = Promise.resolve();
  #reading: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Files were read: calls elsewhere may send something else. */
  readonly onDidChange = this.#changed.event;
  /** What the program does with its queries was looked at anew. */
  readonly onDidFind = this.#found.event;

  constructor(options: {
    readonly extensionPath: string;
    readonly storage: vscode.Uri | undefined;
    readonly settings: Settings;
    readonly errors: ErrorReporter;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#distFolder = path.join(options.extensionPath, 'dist');
    this.#storage = options.storage;
    this.#settings = options.settings;
    this.#errors = options.errors;
    this.#log = options.log;
  }

  register(context: vscode.ExtensionContext): void {
    const changed = (uri: vscode.Uri) => this.#fileChanged(uri);
    for (const pattern of [FILES, TEMPLATES, PROJECT_FILES]) {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      context.subscriptions.push(
        watcher,
        watcher.onDidChange(changed),
        watcher.onDidCreate(changed),
        watcher.onDidDelete(changed),
      );
    }
    context.subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#startAgain()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('planlight.index') || event.affectsConfiguration('planlight.queryFunctions'))
          this.#startAgain();
      }),
    );
  }

  /** Whether the document is a part of a program that is read. */
  mayHold(document: vscode.TextDocument): boolean {
    return this.#settings.indexEnabled && document.uri.scheme === 'file' && isProgram(document);
  }

  /** Undefined for a document that is part of no program. */
  callsOf(document: vscode.TextDocument, source: SourceDocument): Promise<DocumentCalls> | undefined {
    if (!this.mayHold(document)) return undefined;
    return this.#callsOf(document.uri, source);
  }

  async #callsOf(uri: vscode.Uri, source: SourceDocument): Promise<DocumentCalls> {
    const { fsPath } = uri;
    const service = await this.#start();
    // Nobody told of it, so others may have been missed, too.
    if (this.#isWhole && !this.#known.has(fsPath)) this.#fileChanged(uri);
    const [calls, { callWithoutSql, sitesOfCall }] = await Promise.all([
      service.calls({ ...source, uri: fsPath }),
      import('../code/call-sites'),
    ]);
    return {
      sites: calls.flatMap((call) => sitesOfCall({ ...call, uri: source.uri })),
      withoutSql: calls.flatMap((call) => callWithoutSql(call) ?? []),
    };
  }

  /** The service, once all files are read. */
  async whole(): Promise<CodeService> {
    const service = await this.#start();
    await this.#whole;
    return service;
  }

  /** Every query of the workspace, by path. */
  async queries(): Promise<ReadonlyMap<string, readonly ListedQuery[]>> {
    if (!this.#settings.indexEnabled) return new Map();
    const [service, { textFiles }] = await Promise.all([this.whole(), import('../analysis/code/program-files')]);
    return service.queries(await textFiles(folderPaths(), (sentence) => this.#log.info(sentence)));
  }

  /** By path. Undefined while the files are being read: half a program says what is not true. */
  async findings(options: CallFindingsOptions): Promise<ReadonlyMap<string, readonly Finding[]> | undefined> {
    const service = await this.#service;
    if (!this.#isWhole || !service) return undefined;
    const found = await service.findings({ ...options, quietPaths: this.#settings.quietPaths });
    this.#found.fire(found);
    return found;
  }

  /** An index as the models of its table would declare it, once all files are read. */
  async indexesInCode(index: IndexDefinition, near: vscode.Uri): Promise<readonly IndexInCode[]> {
    if (!this.#settings.indexEnabled) return [];
    const service = await this.#start();
    await this.#whole;
    return this.#isWhole ? service.indexesInCode(index, near.fsPath) : [];
  }

  close(document: vscode.TextDocument): void {
    if (!this.#service || !this.mayHold(document)) return;
    const { fsPath } = document.uri;
    this.#errors.background('Closing a document', async () => (await this.#service)?.close(fsPath));
    // What was typed and not saved counts no longer.
    if (this.#isWhole) this.#fileChanged(document.uri);
  }

  #start(): Promise<CodeService & vscode.Disposable> {
    if (!this.#service) {
      this.#service = this.#load();
      const reading = this.#readAll();
      this.#whole = reading.catch(() => undefined);
      this.#errors.background('Reading the workspace', () => reading);
    }
    return this.#service;
  }

  async #load(): Promise<CodeService & vscode.Disposable> {
    const { ThreadedCode } = await import('../analysis/code/threaded-code');
    const options = {
      program: path.join(this.#distFolder, 'code-thread.js'),
      threadProgram: path.join(this.#distFolder, 'facts-thread.js'),
      grammarFolder: path.join(this.#distFolder, 'grammars'),
      folders: folderPaths(),
      queryFunctions: this.#settings.queryFunctions,
      memoryMb: MEMORY_MB,
    };
    return new ThreadedCode(options, {
      onEnd: (why) => {
        this.#log.error(`The thread that holds the workspace’s code ended: ${why}.`);
        this.#isWhole = false;
        this.#service = undefined;
      },
      onDefect: (sentence) => this.#log.error(sentence),
    });
  }

  async #readAll(): Promise<void> {
    const { programFiles } = await import('../analysis/code/program-files');
    const files = await programFiles(folderPaths(), (sentence) => this.#log.info(sentence));
    const started = performance.now();
    const read = await this.#index(files, true);
    if (!read) return;
    this.#known = new Set(files);
    this.#log.info(
      `Read ${read.files} files of the workspace in ${Math.round(performance.now() - started)} ms, ${read.known} of them as kept.`,
    );
    this.#isWhole = true;
    this.#changed.fire();
  }

  /** Undefined when it was given up. */
  async #index(files: readonly string[], isShown: boolean) {
    const service = await this.#service;
    if (!service) return undefined;
    const reading = new AbortController();
    this.#reading = reading;
    const index = (report: (read: number, all: number) => void) =>
      service.index(files, {
        threadProgram: '',
        cachePath: this.#storage && path.join(this.#storage.fsPath, 'facts'),
        signal: reading.signal,
        onProgress: report,
        onLeftAlone: (sentence) => this.#log.info(sentence),
      });
    if (!isShown) return index(() => undefined);
    return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Planlight' }, (progress) =>
      index((read, all) => progress.report({ message: `reading ${read} of ${all} files` })),
    );
  }

  #fileChanged({ scheme, fsPath }: vscode.Uri): void {
    if (!this.#service || scheme !== 'file' || isOfOthers(fsPath)) return;
    this.#pending.add(fsPath);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#errors.background('Reading changed files', () => this.#readPending()),
      PAUSE_MS,
    );
  }

  async #readPending(): Promise<void> {
    const paths = [...this.#pending];
    this.#pending.clear();
    const service = await this.#service;
    if (!service) return;
    const there = await Promise.all(
      paths.map(async (file) => {
        const isThere = await exists(file);
        if (!isThere) await service.remove(file);
        return isThere ? [file] : [];
      }),
    );
    const isNew = there.flat().some((file) => !this.#known.has(file));
    // A file that is gone is known, too: its document may stay open.
    for (const file of paths) this.#known.add(file);
    await this.#index([...there.flat(), ...(isNew ? await this.#missed() : [])], false);
    this.#changed.fire();
  }

  /** Files of new folders of which nobody told: watching a folder begins some time after it is made. */
  async #missed(): Promise<readonly string[]> {
    const { programFiles } = await import('../analysis/code/program-files');
    const files = await programFiles(folderPaths(), (sentence) => this.#log.info(sentence));
    const missed = files.filter((file) => !this.#known.has(file));
    for (const file of missed) this.#known.add(file);
    return missed;
  }

  #startAgain(): void {
    this.#end();
    this.#changed.fire();
  }

  #end(): void {
    this.#reading?.abort();
    clearTimeout(this.#timer);
    this.#pending.clear();
    this.#isWhole = false;
    const service = this.#service;
    this.#service = undefined;
    this.#errors.background('Ending the thread of the workspace’s code', async () => (await service)?.dispose());
  }

  dispose(): void {
    this.#end();
    this.#changed.dispose();
    this.#found.dispose();
  }
}

function isOfOthers(file: string): boolean {
  const path = new FileRoles(folderPaths()).below(file);
  return /[/\\](?:node_modules|dist|build|out|coverage|vendor|bower_components|\.[^/\\]+)[/\\]/.test(path);
}

async function exists(file: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(file));
    return true;
  } catch {
    return false;
  }
}
