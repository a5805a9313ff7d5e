import * as vscode from 'vscode';
import { withProgress } from './commands';
import type { DatabaseService } from './database-service';
import { isCancelled } from './error-reporter';

/** `fraction` from 0 to 1; undefined while nobody can tell. */
export type OnProgress = (fraction: number | undefined, phase: string) => void;

export interface ServerWork {
  /** `Creating posts_author_id_idx` */
  readonly title: string;
  /** What a person is told who cancelled it: `no unfinished index was left behind`. */
  readonly ifCancelled: string;
  /** Whose database; undefined: that of the workspace. */
  readonly resource?: vscode.Uri;
}

/**
 * Work that changes something on the server, with its progress and a button that cancels it. Earlier answers do not hold
 * afterwards, however it ends. Undefined: the person cancelled it, and has been told how that ended.
 */
export async function workOnServer<T>(
  databases: DatabaseService,
  { title, ifCancelled, resource }: ServerWork,
  work: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await databases.withPassword(
      () =>
        withProgress(title, (signal, progress) => {
          let reached = 0;
          return work(signal, (fraction, phase) => {
            const now = fraction === undefined ? reached : Math.max(reached, fraction * 100);
            progress.report({ message: phase, increment: now - reached });
            reached = now;
          });
        }),
      resource,
    );
  } catch (error) {
    if (!isCancelled(error)) throw error;
    void vscode.window.showInformationMessage(`Planlight: ${title} was cancelled; ${ifCancelled}.`);
    return undefined;
  } finally {
    databases.announceChange();
  }
}
