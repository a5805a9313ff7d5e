import * as vscode from 'vscode';
import type { ConnectionProfile } from '../database/profile';
import { Problem } from '../nouns/problem';
import { withProgress } from './commands';
import type { DatabaseService } from './database-service';
import { databaseName } from './database-state';

/** Connects once and says what answered. */
export class DatabaseTest {
  readonly #databases: DatabaseService;

  constructor(databases: DatabaseService) {
    this.#databases = databases;
  }

  /** Tests the profile by using it: the person who tests a database wants to use it next. */
  async run(profile: ConnectionProfile): Promise<void> {
    await this.#databases.choose(profile.name);
    const state = await this.#databases.state();
    if (state.kind !== 'server') throw new Problem('no-database', `${profile.name} is not known any more.`);
    const facts = await this.#databases.withPassword(() =>
      withProgress(`Connecting to ${databaseName(profile)}`, (signal) => state.server.test(signal)),
    );
    state.server.invalidate();
    this.#databases.noteProblem(state.server, undefined);
    this.#databases.announceChange();
    void vscode.window.showInformationMessage(
      `Planlight: ${databaseName(profile)} answers: PostgreSQL ${versionOf(facts.version)}.`,
    );
  }
}

/** 180004 → '18.4' */
function versionOf(version: number): string {
  return `${Math.floor(version / 10_000)}.${version % 10_000}`;
}
