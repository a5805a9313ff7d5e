import type * as vscode from 'vscode';

/** One thing that a person sees in the editor. Whatever it registers goes to `context.subscriptions`. */
export interface Feature {
  register(context: vscode.ExtensionContext): void;
}
