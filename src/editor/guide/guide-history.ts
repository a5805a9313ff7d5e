import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { JudgedCheck } from '../../analysis/guide/guide';
import { type AppliedFix, historyLine, type Reading, readHistory } from '../../analysis/guide/history';
import { type Measure, measuresOf } from '../../analysis/guide/measures';
import type { GuideFix } from '../../nouns/check';
import type { ErrorReporter } from '../error-reporter';
import type { Settings } from '../settings';
import type { GuideService } from './guide-service';

/** What is measured besides what the check shows: the plan of the query that an index is for. */
export type MoreMeasures = () => Promise<readonly Measure[]>;

/** A fix that is about to be applied. */
export interface Begun {
  readonly judged: JudgedCheck;
  readonly fix: GuideFix;
  readonly before: Reading;
  readonly more: MoreMeasures;
}

interface Pending extends Begun {
  readonly applied: AppliedFix;
}

/**
 * What was applied, with the numbers before and, once its check was asked again, after. Kept in `.planlight/history.jsonl`
 * where the setting says so, else until the window closes.
 */
export class GuideHistory implements vscode.Disposable {
  readonly #guide: GuideService;
  readonly #settings: Settings;
  readonly #errors: ErrorReporter;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly #pending = new Map<string, Pending>();
  #applied: readonly AppliedFix[] = [];
  #broken = 0;
  #loaded: Promise<void> | undefined;
  /** One after the other: who waits for it finds all completed. */
  #verifying: Promise<void> = Promise.resolve();

  readonly onDidChange = this.#changed.event;

  constructor(options: { readonly guide: GuideService; readonly settings: Settings; readonly errors: ErrorReporter }) {
    this.#guide = options.guide;
    this.#settings = options.settings;
    this.#errors = options.errors;
    this.#subscription = this.#guide.onDidChange(() =>
      this.#errors.background('Measuring after a fix', () => this.verify()),
    );
  }

  /** The last first. `broken`: lines of the file that could not be read. */
  async all(): Promise<{ readonly applied: readonly AppliedFix[]; readonly broken: number }> {
    // The setting may be switched on later.
    if (this.#settings.historyKept) this.#loaded ??= this.#load();
    await this.#loaded;
    return { applied: this.#applied, broken: this.#broken };
  }

  /** Measures; nothing is kept before the fix was applied. */
  async begin(judged: JudgedCheck, fix: GuideFix, more: MoreMeasures = async () => []): Promise<Begun> {
    return { judged, fix, more, before: await this.#reading(judged, fix, more) };
  }

  /** `undo`: the statement that takes it back. */
  async add(begun: Begun, undo?: string): Promise<string> {
    const { judged, fix, before } = begun;
    const server = this.#guide.server?.server;
    const applied: AppliedFix = {
      id: randomUUID(),
      at: new Date().toISOString(),
      ...(server && { database: server.label }),
      check: judged.check.id,
      fix: { kind: fix.kind, title: fix.title },
      ...(undo !== undefined && { undo }),
      before,
    };
    this.#pending.set(applied.id, { ...begun, applied });
    await this.#keep(applied);
    return applied.id;
  }

  /** Completes what was applied and whose check has been asked since. */
  verify(): Promise<void> {
    const next = this.#verifying.then(() => this.#complete());
    this.#verifying = next.catch(() => undefined);
    return next;
  }

  async #complete(): Promise<void> {
    for (const [id, pending] of this.#pending) {
      const { applied, fix, more } = pending;
      const now = this.#guide.check(applied.check);
      if (!now || now.judgedAt <= applied.at) continue;
      this.#pending.delete(id);
      await this.#keep({ ...applied, after: await this.#reading(now, fix, more) });
    }
  }

  async of(id: string): Promise<AppliedFix | undefined> {
    return (await this.all()).applied.find((one) => one.id === id);
  }

  async #reading({ result, judgedAt }: JudgedCheck, fix: GuideFix, more: MoreMeasures): Promise<Reading> {
    const measures = measuresOf(result, fix, this.#guide.facts?.health);
    return { at: judgedAt, state: result.state, says: result.says, measures: [...(await more()), ...measures] };
  }

  async #keep(applied: AppliedFix): Promise<void> {
    const { applied: known } = await this.all();
    this.#applied = [applied, ...known.filter(({ id }) => id !== applied.id)];
    this.#changed.fire();
    const file = historyFile();
    if (!this.#settings.historyKept || !file) return;
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, historyLine(applied));
  }

  async #load(): Promise<void> {
    const file = historyFile();
    if (!file) return;
    try {
      const { applied, broken } = readHistory(await readFile(file, 'utf8'));
      this.#applied = [...this.#applied, ...applied];
      this.#broken = broken;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function historyFile(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return folder && join(folder.uri.fsPath, '.planlight', 'history.jsonl');
}
