import * as vscode from 'vscode';
import { buildFeatures } from './editor/features';

/** Only registers: parsers, drivers and the planner in memory are loaded when a document or a person needs them. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Planlight', { log: true });
  context.subscriptions.push(log);
  for (const feature of buildFeatures(context, log)) feature.register(context);
}
