import type { CodeService } from './code-service';

/** How the thread begins. */
export interface CodeThreadData {
  readonly grammarFolder: string;
  /** dist/facts-thread.js */
  readonly threadProgram: string;
  /** Of the workspace: what is below them counts, for the roles of files. */
  readonly folders: readonly string[];
  readonly queryFunctions?: readonly string[];
}

type Method = keyof CodeService;

/** What goes to the thread: a call of the service, or that one is not wanted any more. */
export type CodeRequest =
  | { readonly id: number; readonly method: Method; readonly arguments: readonly unknown[] }
  | { readonly id: number; readonly method: 'cancel' };

export type CodeReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: { readonly read: number; readonly files: number } }
  | { readonly id: number; readonly leftAlone: string }
  | { readonly defect: string };
