import * as vscode from 'vscode';
import type { JudgedCheck } from '../../analysis/guide/guide';
import { improvements } from '../../analysis/guide/history';
import type { GuideFix } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import type { AnalyzerService } from '../analyzer-service';
import { withProgress } from '../commands';
import type { DatabaseService } from '../database-service';
import type { ReviewedEdits } from '../reviewed-edits';
import { fixOf, isFixArgument } from './check-words';
import { FileFixes } from './file-fix';
import type { GuideHistory, MoreMeasures } from './guide-history';
import type { GuideService } from './guide-service';
import { costOfQuery } from './query-measures';
import { isRowFix, judgedRow } from './row-fix';
import { ServerFixes, type Work } from './server-fix';
import { offerCommand } from './terminal-fix';

/**
 * Applies what a check proposes. What changes the server is asked first, with the database's name, and measured afterwards;
 * what changes files is left for the person to look at and save.
 */
export class ApplyFix implements vscode.Disposable {
  readonly #guide: GuideService;
  readonly #history: GuideHistory;
  readonly #analyzers: AnalyzerService;
  readonly #server: ServerFixes;
  readonly #edits: ReviewedEdits;
  readonly #files = new FileFixes();

  constructor(options: {
    readonly guide: GuideService;
    readonly history: GuideHistory;
    readonly databases: DatabaseService;
    readonly analyzers: AnalyzerService;
    readonly edits: ReviewedEdits;
  }) {
    this.#guide = options.guide;
    this.#history = options.history;
    this.#analyzers = options.analyzers;
    this.#edits = options.edits;
    this.#server = new ServerFixes(options.guide, options.databases);
  }

  /** Of a row, a link or a button: the check and the fix's title, or the fix itself. */
  async apply(argument: unknown): Promise<void> {
    const about = (argument as { about?: unknown } | undefined)?.about ?? argument;
    if (isRowFix(about)) return this.applyTo(judgedRow(about, new Date().toISOString()), about.fix);
    if (!isFixArgument(about)) throw new Problem('not-understood', 'Choose a fix in the checklist first.');
    const judged = this.#guide.check(about.check);
    const fix = judged && fixOf(about, judged.result.fixes ?? []);
    if (!judged || !fix) {
      throw new Problem('not-understood', 'The checklist has changed: this fix is no longer proposed.');
    }
    return this.applyTo(judged, fix);
  }

  async applyTo(judged: JudgedCheck, fix: GuideFix): Promise<void> {
    const work = await this.#work(judged, fix);
    if (!work) return;
    const begun = await this.#history.begin(judged, fix, this.#more(fix));
    const outcome = await work.run();
    if (outcome === 'not applied') return;
    const id = await this.#history.add(begun, work.undo);
    if (outcome === 'applied') await this.#verify(judged, fix, id);
  }

  /** Undefined: the person does not want it. */
  async #work({ judgedAt }: JudgedCheck, fix: GuideFix): Promise<Work | undefined> {
    switch (fix.kind) {
      case 'edit':
        return leftToAPerson(() => this.#edits.make(fix, judgedAt));
      case 'file':
        return leftToAPerson(() => this.#files.open(fix));
      case 'command':
        return leftToAPerson(async () => {
          await offerCommand(fix);
          return true;
        });
      default:
        return this.#server.confirm(fix);
    }
  }

  /** The same check again, with those that look at the same facts, and what it says in numbers now. */
  async #verify({ check }: JudgedCheck, fix: GuideFix, id: string): Promise<void> {
    const known = this.#guide.points.flatMap(({ checks }) => checks.map((one) => one.check));
    const others = known.filter(({ needs, id: other }) => other !== check.id && isWithin(needs, check.needs));
    await withProgress('Measuring again', (signal, progress) =>
      this.#guide.ask({ signal, onProgress: (message) => progress.report({ message }) }, [check, ...others]),
    );
    await this.#history.verify();
    const applied = await this.#history.of(id);
    const changes = applied ? improvements(applied) : [];
    const said = changes.length === 0 ? 'nothing that is measured has changed yet' : changes.slice(0, 3).join('; ');
    void tell(`Planlight: ${fix.title}: ${said}.`);
  }

  #more(fix: GuideFix): MoreMeasures {
    const server = this.#guide.server;
    if (fix.kind !== 'index' || fix.proof.sql === undefined || !server) return async () => [];
    const { sql } = fix.proof;
    return async () => costOfQuery(sql, server, (await this.#analyzers.analyzer()).parser);
  }

  dispose(): void {
    this.#files.dispose();
  }
}

/** `open` says whether there is something for a person to go on with. */
function leftToAPerson(open: () => Promise<boolean>): Work {
  return { run: async () => ((await open()) ? 'left to a person' : 'not applied') };
}

function isWithin<T>(some: readonly T[], all: readonly T[]): boolean {
  return some.every((one) => all.includes(one));
}

async function tell(sentence: string): Promise<void> {
  const answer = await vscode.window.showInformationMessage(sentence, 'Show History');
  if (answer === 'Show History') await vscode.commands.executeCommand('planlight.history.focus');
}
