import * as vscode from 'vscode';
import type { SettingsProfile } from '../database/connection-sources/connection-sources';

export type Automatic = 'analyze' | 'estimate' | 'off';

/** What package.json's `contributes.configuration` declares; the defaults stand there. */
export class Settings {
  get connections(): readonly SettingsProfile[] {
    const value: unknown = this.#read('connections');
    return Array.isArray(value) ? (value.filter(isObject) as unknown as SettingsProfile[]) : [];
  }

  /** Planlight's own part of the profile list in the person's settings (not the workspace's). */
  get ownConnections(): readonly SettingsProfile[] {
    const value = this.#configuration().inspect<SettingsProfile[]>('connections')?.globalValue;
    return Array.isArray(value) ? value : [];
  }

  async setOwnConnections(connections: readonly SettingsProfile[]): Promise<void> {
    await this.#configuration().update('connections', connections, vscode.ConfigurationTarget.Global);
  }

  automatic(resource: vscode.Uri): Automatic {
    const value = vscode.workspace.getConfiguration('planlight', resource).get<string>('automatic');
    return value === 'estimate' || value === 'off' ? value : 'analyze';
  }

  /** Milliseconds. */
  get statementTimeout(): number {
    return this.#number('statementTimeout', 5_000, 100);
  }

  get assumedRows(): number {
    return this.#number('assumedRows', 100_000, 1);
  }

  /** A path; '' for none. */
  get snapshot(): string {
    const value = this.#read<unknown>('snapshot');
    return typeof value === 'string' ? value.trim() : '';
  }

  /** Folder, relative to the workspace's → the name of its connection. */
  get databases(): ReadonlyMap<string, string> {
    const value: unknown = this.#read('databases');
    const entries = isObject(value) ? Object.entries(value) : [];
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  }

  get codeLensEnabled(): boolean {
    return this.#read<boolean>('codeLens.enabled') !== false;
  }

  get queryFunctions(): string[] {
    return this.#texts('queryFunctions');
  }

  get indexEnabled(): boolean {
    return this.#read<boolean>('index.enabled') !== false;
  }

  /** Parts of paths. */
  get quietPaths(): string[] {
    return this.#texts('quietPaths');
  }

  /** The machine of the database server, as far as a person says. */
  get machine(): { memoryBytes?: number; cores?: number; storage?: 'ssd' | 'disk' } {
    const memory = this.#number('server.memory', 0, 0.1);
    const cores = this.#number('server.cores', 0, 1);
    const storage = this.#read<unknown>('server.storage');
    return {
      ...(memory > 0 && { memoryBytes: memory * 2 ** 30 }),
      ...(cores > 0 && { cores }),
      ...((storage === 'ssd' || storage === 'disk') && { storage }),
    };
  }

  /** Whether applied fixes are kept in `.planlight/history.jsonl`. */
  get historyKept(): boolean {
    return this.#read<boolean>('history') === true;
  }

  /** Between two samples of the dashboard, in ms. */
  get dashboardInterval(): number {
    return this.#number('dashboard.interval', 5, 1) * 1_000;
  }

  get productionCallsEnabled(): boolean {
    return this.#read<boolean>('productionCalls.enabled') !== false;
  }

  /** How often what the server counted is read again, in ms; 0: only when a person asks. */
  get productionCallsRefresh(): number {
    return this.#number('productionCalls.refresh', 0, 1) * 60_000;
  }

  #texts(name: string): string[] {
    const value = this.#read<unknown>(name);
    return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
  }

  #number(name: string, fallback: number, least: number): number {
    const value = this.#read<unknown>(name);
    return typeof value === 'number' && Number.isFinite(value) && value >= least ? value : fallback;
  }

  #read<T>(name: string): T | undefined {
    return this.#configuration().get<T>(name);
  }

  #configuration(): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration('planlight');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
