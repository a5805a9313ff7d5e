import * as vscode from 'vscode';
import { whyNotExplainable } from '../analysis/explainable';
import type { Judgement } from '../analysis/judgement';
import { Problem } from '../nouns/problem';
import { effectOf } from '../sql/statement-effect';
import type { DatabaseService } from './database-service';
import { databaseName } from './database-state';
import type { DocumentTracker } from './document-tracker';
import type { FoundQuery } from './query-finder';

/** Explains a query because a person asked for it: with the password question and the confirmation where they are due. */
export class QueryExplainer {
  readonly #tracker: DocumentTracker;
  readonly #databases: DatabaseService;

  constructor(tracker: DocumentTracker, databases: DatabaseService) {
    this.#tracker = tracker;
    this.#databases = databases;
  }

  /** Rejects with the Problem when there is no plan. Undefined: the person said no. */
  async explain(
    { tracked, query }: FoundQuery,
    mode: 'estimate' | 'analyze',
    signal: AbortSignal,
  ): Promise<Judgement | undefined> {
    const { parsed } = query.query;
    if (!parsed.ok) throw new Problem('syntax', `This statement is broken: ${parsed.problem.message}.`);
    if (!query.isExplainable) throw new Problem('unsupported', whyNotExplainable(query.query));
    const { uri } = tracked.document;
    const target = await this.#databases.explicitTarget(uri);
    const known = query.judgement;
    // A measured plan says all that an estimate says, and more.
    if (mode === 'estimate' && known?.explained?.plan.source === 'analyze' && known.planning?.target.key === target.key)
      return known;
    let confirmed = false;
    if (mode === 'analyze' && target.kind === 'server' && !parsed.statement.readsOnly) {
      if (!(await this.#confirm(`This statement ${effectOf(parsed.statement)}.`, uri))) return undefined;
      confirmed = true;
    }
    // Whoever asks for a run wants one, also of a statement that was run before.
    const fresh = mode === 'analyze';
    const judge = () => this.#judge({ tracked, query }, { target, mode, confirmed, fresh, signal });
    try {
      return await this.#databases.withPassword(judge, uri);
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== 'needs-confirmation' || confirmed) throw error;
      if (!(await this.#confirm(error.message, uri))) return undefined;
      confirmed = true;
      return judge();
    }
  }

  async #judge({ tracked, query }: FoundQuery, options: Parameters<DocumentTracker['judge']>[2]): Promise<Judgement> {
    const judgement = await this.#tracker.judge(tracked, query, options);
    if (judgement.problem && !judgement.explained) throw judgement.problem;
    return judgement;
  }

  async #confirm(reason: string, resource: vscode.Uri): Promise<boolean> {
    const state = await this.#databases.stateOf(resource);
    if (state.kind !== 'server') return true;
    const answer = await vscode.window.showWarningMessage(
      `Run this statement on ${databaseName(state.profile)}?`,
      {
        modal: true,
        detail: `${reason} It is run inside a transaction that is rolled back; locks are held and triggers fire until then.`,
      },
      'Run and Roll Back',
    );
    return answer === 'Run and Roll Back';
  }
}
