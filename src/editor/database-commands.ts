import * as vscode from 'vscode';
import type { ConnectionProfile } from '../database/profile';
import type { Commands } from './commands';
import { addConnection } from './connection-form';
import type { DatabaseService } from './database-service';
import { databaseName } from './database-state';
import type { DatabaseTest } from './database-test';
import type { Feature } from './feature';
import type { PasswordStore } from './password-store';
import type { Settings } from './settings';

interface Choice extends vscode.QuickPickItem {
  readonly run?: () => Promise<unknown>;
  readonly profile?: ConnectionProfile;
}

const testButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('debug-disconnect'), tooltip: 'Test' };
const forgetButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Forget' };

/** Choose Database: use, add, test or forget one. */
export class DatabaseCommands implements Feature {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #passwords: PasswordStore;
  readonly #settings: Settings;
  readonly #test: DatabaseTest;
  readonly #log: vscode.LogOutputChannel;

  constructor(options: {
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly passwords: PasswordStore;
    readonly settings: Settings;
    readonly test: DatabaseTest;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#passwords = options.passwords;
    this.#settings = options.settings;
    this.#test = options.test;
    this.#log = options.log;
  }

  register(context: vscode.ExtensionContext): void {
    this.#commands.register(context, 'planlight.chooseDatabase', 'Choose Database', () => this.#choose());
    this.#commands.register(context, 'planlight.showLog', 'Show Log', async () => this.#log.show());
  }

  async #choose(): Promise<void> {
    const state = await this.#databases.state();
    if (state.kind === 'restricted') {
      const buttons = vscode.workspace.isTrusted ? [] : ['Manage Workspace Trust'];
      const answer = await vscode.window.showInformationMessage(`Planlight: ${state.reason}`, ...buttons);
      if (answer) await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    const picked = await this.#pick();
    await picked?.run?.();
  }

  /** The picked item; the buttons act at once and close the list. */
  #pick(): Promise<Choice | undefined> {
    const pick = vscode.window.createQuickPick<Choice>();
    pick.title = 'Planlight: Choose Database';
    pick.placeholder = 'Which database should Planlight ask?';
    pick.matchOnDescription = true;
    pick.items = this.#choices();
    return new Promise((resolve) => {
      const finish = (choice: Choice | undefined) => {
        resolve(choice);
        pick.hide();
      };
      pick.onDidAccept(() => finish(pick.selectedItems[0]));
      pick.onDidTriggerItemButton(({ button, item }) => {
        const { profile } = item;
        if (!profile) return;
        const run = button === testButton ? () => this.#test.run(profile) : () => this.#forget(profile);
        finish({ ...item, run });
      });
      pick.onDidHide(() => {
        resolve(undefined);
        pick.dispose();
      });
      pick.show();
    });
  }

  #choices(): Choice[] {
    const resource = vscode.window.activeTextEditor?.document.uri;
    const state = resource ? this.#databases.settledOf(resource) : this.#databases.settled;
    const current = state?.kind === 'server' ? state.profile.name : undefined;
    const choices: Choice[] = this.#databases.connections.map((profile) => ({
      label: `${profile.name === current ? '$(check)' : '$(database)'} ${profile.name}`,
      description: `${profile.user}@${profile.host}:${profile.port}/${profile.database}`,
      detail: `${profile.environment}, from ${profile.source}${profile.file ? ` (${profile.file})` : ''}`,
      profile,
      buttons: [testButton, forgetButton],
      run: () => this.#databases.choose(profile.name),
    }));
    choices.push({ label: '', kind: vscode.QuickPickItemKind.Separator });
    choices.push({
      label: `${this.#databases.choseEmbedded ? '$(check)' : '$(server-process)'} Plan in memory`,
      description:
        this.#settings.snapshot === ''
          ? 'with the schema of the workspace’s .sql files, without a database'
          : `with the snapshot ${this.#settings.snapshot}, without a database`,
      run: () => this.#databases.chooseEmbedded(),
    });
    if (this.#databases.hasPackages) {
      choices.push({
        label: `${this.#databases.isChosen ? '$(root-folder)' : '$(check)'} The nearest configuration of each file`,
        description: 'the .env or Compose file nearest to it',
        run: () => this.#databases.choose(undefined),
      });
    }
    choices.push({ label: '$(add) Add a connection…', run: () => this.#add() });
    return choices;
  }

  async #add(): Promise<void> {
    const added = await addConnection(this.#databases.connections.map((profile) => profile.name));
    if (!added) return;
    await this.#settings.setOwnConnections([...this.#settings.ownConnections, added.profile]);
    await this.#databases.choose(added.profile.name);
    const profile = this.#databases.connections.find(({ name }) => name === added.profile.name);
    if (!profile) return;
    if (added.password) {
      await this.#passwords.set(profile, added.password);
      await this.#databases.reconnect();
    }
    await this.#test.run(profile);
  }

  async #forget(profile: ConnectionProfile): Promise<void> {
    await this.#databases.forget(profile);
    const elsewhere = this.#databases.connections.some(({ name }) => name === profile.name);
    const rest = elsewhere ? ` The connection itself is written in ${profile.file ?? profile.source}.` : '';
    void vscode.window.showInformationMessage(
      `Planlight: the password for ${databaseName(profile)} is forgotten.${rest}`,
    );
  }
}
