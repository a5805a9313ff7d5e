import * as vscode from 'vscode';
import { Monitor } from '../../analysis/live/monitor';
import type { LiveView } from '../../nouns/live';
import { Problem } from '../../nouns/problem';
import type { FromDashboard, ToDashboard } from '../../webview/messages';
import { type ServerState, stateLabel } from '../database-state';
import { diagnosisCommands } from '../diagnosis-commands';
import { webviewPage } from '../webview-page';
import type { DashboardOptions } from './dashboard';
import { exportReport } from './export-report';

/** One panel. It asks while it is in view only, and goes with its panel. */
export class DashboardPage implements vscode.Disposable {
  readonly #options: DashboardOptions;
  readonly #subscription: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #shown: { readonly state: ServerState; readonly monitor: Monitor } | undefined;
  /** A person said so: it goes on only when one says so. */
  #isPaused = false;
  /** The last sample that the page has. */
  #sent = 0;
  #isReady = false;
  /** A password may be asked for: somebody is here. */
  #isAsked = false;

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#subscription = options.databases.onDidChange((state) => {
      if (!this.#panel || state === this.#shown?.state) return;
      if (state.kind === 'server') this.#watch(state);
      else this.#pause();
    });
  }

  /** What is shown; undefined while no panel is open. */
  get view(): LiveView | undefined {
    return this.#panel && this.#shown?.monitor.view;
  }

  /** Rejects with a Problem where there is no server to watch. */
  async open(): Promise<void> {
    const state = await this.#options.databases.state();
    if (state.kind === 'restricted') throw new Problem('restricted-workspace', state.reason);
    if (state.kind !== 'server') {
      throw new Problem('no-database', 'The dashboard shows a database server, and none is chosen.', {
        hint: 'Choose a database first.',
      });
    }
    this.#isAsked = true;
    if (this.#panel) this.#panel.reveal();
    else this.#panel = this.#create();
    if (this.#shown?.state === state) this.#resume();
    else this.#watch(state);
  }

  #create(): vscode.WebviewPanel {
    const folder = vscode.Uri.joinPath(this.#options.extensionUri, 'dist', 'webview');
    const panel = vscode.window.createWebviewPanel('planlight.dashboard', 'Dashboard', vscode.ViewColumn.Active, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [folder],
    });
    panel.iconPath = vscode.Uri.joinPath(this.#options.extensionUri, 'media', 'icon.png');
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#isReady = false;
      this.#isPaused = false;
      this.#shown?.monitor.pause();
      this.#shown = undefined;
    });
    panel.onDidChangeViewState(() => {
      if (panel.visible) this.#resume();
      else {
        // The page is gone while it is hidden, and says when it is there again.
        this.#isReady = false;
        this.#shown?.monitor.pause();
      }
    });
    panel.webview.onDidReceiveMessage((message: FromDashboard) => {
      this.#options.errors.background('Dashboard', () => this.#receive(message));
    });
    panel.webview.html = webviewPage(panel.webview, { folder, name: 'dashboard', title: 'Dashboard' });
    return panel;
  }

  #watch(state: ServerState): void {
    this.#shown?.monitor.pause();
    const monitor = new Monitor({
      server: this.#asked(state),
      intervalMs: () => this.#options.settings.dashboardInterval,
      onChange: () => {
        if (this.#shown?.monitor === monitor) this.#step();
      },
      onDefect: (error) => this.#options.errors.logOnly('Dashboard', error),
    });
    this.#shown = { state, monitor };
    this.#isPaused = false;
    if (this.#panel) this.#panel.title = `Dashboard · ${stateLabel(state)}`;
    this.#all();
    this.#resume();
  }

  /** The server, whose answers and silence the status bar shows, too. */
  #asked(state: ServerState): ConstructorParameters<typeof Monitor>[0]['server'] {
    const { databases } = this.#options;
    const { server } = state;
    const noted = async <T>(ask: () => Promise<T>): Promise<T> => {
      try {
        const answer = await ask();
        databases.noteProblem(server, undefined);
        return answer;
      } catch (error) {
        if (error instanceof Problem && error.kind !== 'cancelled') databases.noteProblem(server, error);
        throw error;
      }
    };
    /** A password is asked for only where a person has just said so, never by a timer. */
    const perhapsAsked = <T>(ask: () => Promise<T>): Promise<T> => {
      if (!this.#isAsked) return ask();
      this.#isAsked = false;
      return databases.withPassword(ask);
    };
    return {
      label: server.label,
      test: (signal) => noted(() => perhapsAsked(() => server.test(signal))),
      activity: (signal) => noted(() => perhapsAsked(() => server.activity(signal))),
      health: (signal, onPart) => server.health(signal, onPart),
    };
  }

  #resume(): void {
    if (this.#panel?.visible && !this.#isPaused) this.#shown?.monitor.resume();
  }

  #pause(): void {
    this.#isPaused = true;
    this.#shown?.monitor.pause();
  }

  async #receive(message: FromDashboard): Promise<void> {
    const monitor = this.#shown?.monitor;
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#all();
        return;
      case 'retry':
        this.#isAsked = true;
        monitor?.retry();
        return;
      case 'diagnose':
        await vscode.commands.executeCommand(diagnosisCommands[message.reason]);
        return;
      case 'pause':
        this.#pause();
        return;
      case 'resume':
        this.#isPaused = false;
        this.#resume();
        return;
      case 'export':
        try {
          await exportReport(this.#options.guide, { live: this.view, format: message.format });
        } catch (error) {
          this.#options.errors.show('Export Health Report', error);
        }
        return;
      case 'failed':
        this.#options.errors.logOnly('Dashboard', new Error(message.message));
    }
  }

  #all(): void {
    const { view } = this;
    if (!view) return;
    this.#sent = view.samples.at(-1)?.at ?? 0;
    this.#post({ kind: 'view', view });
  }

  #step(): void {
    const whole = this.view;
    if (!whole) return;
    const { samples, ...view } = whole;
    const added = samples.filter(({ at }) => at > this.#sent);
    this.#sent = samples.at(-1)?.at ?? 0;
    this.#post({ kind: 'step', view, samples: added, from: samples[0]?.at ?? 0 });
  }

  #post(message: ToDashboard): void {
    const panel = this.#panel;
    if (!this.#isReady || !panel) return;
    this.#options.errors.background('Dashboard', async () => panel.webview.postMessage(message));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#shown?.monitor.pause();
    this.#panel?.dispose();
  }
}
