import * as vscode from 'vscode';
import { fixStatements, terminated } from '../../fixes/fix-statements';
import type { MaintenanceFix, SettingFix } from '../../nouns/check';
import type { IndexFix, StatementFix } from '../../nouns/fix';
import { Problem } from '../../nouns/problem';
import type { DatabaseService } from '../database-service';
import { databaseName, type ServerState } from '../database-state';
import { writeMigration } from '../migration-file';
import { type OnProgress, type ServerWork, workOnServer } from '../server-work';
import type { GuideService } from './guide-service';
import { taskWords } from './table-actions';

/** 'applied' on the server; 'left to a person': it is open in an editor or a terminal. */
export type Outcome = 'applied' | 'left to a person' | 'not applied';

export interface Work {
  readonly run: () => Promise<Outcome>;
  /** The statement that takes it back, for the history. */
  readonly undo?: string;
}

interface Question {
  readonly question: string;
  /** What is run, and what a person must know. */
  readonly detail: string;
  /** The first does it. */
  readonly buttons: readonly string[];
}

/** Fixes that change the server: each after a question that names the database and shows what is run. */
export class ServerFixes {
  readonly #guide: GuideService;
  readonly #databases: DatabaseService;

  constructor(guide: GuideService, databases: DatabaseService) {
    this.#guide = guide;
    this.#databases = databases;
  }

  /** Undefined: the person does not want it, or took it elsewhere. */
  async confirm(fix: IndexFix | StatementFix | SettingFix | MaintenanceFix): Promise<Work | undefined> {
    switch (fix.kind) {
      case 'index':
        return this.#index(fix);
      case 'statement':
        return this.#statement(fix);
      case 'setting':
        return this.#setting(fix);
      case 'maintenance':
        return this.#maintenance(fix);
    }
  }

  async #index(fix: IndexFix): Promise<Work | undefined> {
    const { server, profile } = this.#state();
    const sql = fixStatements(fix, { concurrently: true }).join('\n');
    const answer = await ask({
      question: `Create this index on ${databaseName(profile)}?`,
      detail: `${sql}\n\nThe table can be read and written meanwhile.`,
      buttons: ['Create Index', 'New Migration'],
    });
    if (answer === 'New Migration') await newMigration(fix);
    if (answer !== 'Create Index') return undefined;
    const ifCancelled = 'no unfinished index was left behind';
    return this.#work({ title: `Creating ${fix.index.name}`, ifCancelled }, (signal, onProgress) =>
      server.createIndex(fix, { signal, onProgress }),
    );
  }

  async #statement({ title, sql, note }: StatementFix): Promise<Work | undefined> {
    const { server, profile } = this.#state();
    const answer = await ask({
      question: `Run this statement on ${databaseName(profile)}?`,
      detail: `${terminated(sql)}\n\n${[`${title}.`, note].filter(Boolean).join(' ')}`,
      buttons: ['Run', 'Copy'],
    });
    if (answer === 'Copy') await copy(sql);
    return answer === 'Run' ? this.#work({ title, ifCancelled }, (signal) => server.run(sql, signal)) : undefined;
  }

  async #setting({ title, name, from, to, sql, takesEffect, note }: SettingFix): Promise<Work | undefined> {
    const { server, profile } = this.#state();
    const said = [
      `${name} is ${from} now. It takes effect ${takesEffect}.`,
      ...(note === undefined ? [] : [note]),
      ...(takesEffect === 'after a restart' ? ['Planlight does not restart the server.'] : []),
    ];
    const answer = await ask({
      question: `Set ${name} to ${to} on ${databaseName(profile)}?`,
      detail: `${terminated(sql)}\n\n${said.join(' ')}`,
      buttons: [...(takesEffect === 'after a reload' ? ['Set and Reload', 'Set Only'] : ['Set']), 'Copy'],
    });
    if (answer === 'Copy') await copy(sql);
    if (answer === undefined || answer === 'Copy') return undefined;
    return this.#work({ title, ifCancelled }, async (signal) => {
      await server.run(sql, signal);
      if (answer === 'Set and Reload') await server.run('SELECT pg_reload_conf()', signal);
    });
  }

  async #maintenance({ title, task, note }: MaintenanceFix): Promise<Work | undefined> {
    const { server, profile } = this.#state();
    // What must not be done is refused before anybody is asked.
    const prepared = await this.#databases.withPassword(() => server.prepare(task));
    const { undo } = prepared;
    const detail = [
      prepared.statements.map(terminated).join('\n'),
      [...(note === undefined ? [] : [note]), ...prepared.notes].join(' '),
      ...(undo === undefined ? [] : [`To have it back:\n${terminated(undo)}`]),
    ].filter((part) => part !== '');
    const question = `Run ${taskWords(task)} on ${databaseName(profile)}?`;
    if ((await ask({ question, detail: detail.join('\n\n'), buttons: ['Run'] })) !== 'Run') return undefined;
    const about = { title: taskWords(task), ifCancelled: 'nothing unfinished was left behind' };
    const work = this.#work(about, async (signal, onProgress) => {
      const { notes } = await server.maintain(task, { confirmed: true, signal, onProgress });
      if (notes.length > 0) void vscode.window.showInformationMessage(`Planlight: ${title}: ${notes.join(' ')}`);
    });
    return { ...work, ...(undo !== undefined && { undo }) };
  }

  #work(about: ServerWork, run: (signal: AbortSignal, onProgress: OnProgress) => Promise<void>): Work {
    return {
      run: async () => {
        const done = await workOnServer(this.#databases, about, async (signal, onProgress) => {
          await run(signal, onProgress);
          return true;
        });
        return done ? 'applied' : 'not applied';
      },
    };
  }

  #state(): ServerState {
    const { server } = this.#guide;
    if (server) return server;
    throw new Problem('no-database', 'No database is in use to run this on.', { hint: 'Choose a database first.' });
  }
}

const ifCancelled = 'check again to see how it is now';

/** In the middle of the window: nothing is run by a slip of the mouse. */
async function ask({ question, detail, buttons }: Question): Promise<string | undefined> {
  return vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons);
}

async function copy(sql: string): Promise<void> {
  await vscode.env.clipboard.writeText(`${terminated(sql)}\n`);
  vscode.window.setStatusBarMessage('Planlight: statement copied', 3_000);
}

async function newMigration(fix: IndexFix): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Problem('unsupported', 'Open a folder first: a migration needs a place to go.');
  for (const document of await writeMigration(folder, fix, folder.uri)) {
    await vscode.window.showTextDocument(document, { preview: false });
  }
}
