import * as vscode from 'vscode';
import { type ConnectionProfile, Secret } from '../database/profile';

/** Passwords in the editor's secret storage, one for each role at each database. */
export class PasswordStore {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async get(profile: ConnectionProfile): Promise<Secret | undefined> {
    const value = await this.#secrets.get(keyOf(profile));
    return value === undefined ? undefined : new Secret(value);
  }

  async set(profile: ConnectionProfile, password: Secret): Promise<void> {
    await this.#secrets.store(keyOf(profile), password.reveal());
  }

  async forget(profile: ConnectionProfile): Promise<void> {
    await this.#secrets.delete(keyOf(profile));
  }

  /** Asks the person. False when they closed the box. */
  async ask(profile: ConnectionProfile): Promise<boolean> {
    const value = await vscode.window.showInputBox({
      title: 'Planlight: Password',
      prompt: `Password of ${profile.user} for ${profile.database} on ${profile.host}:${profile.port}. It is kept in the secret storage.`,
      password: true,
      ignoreFocusOut: true,
    });
    if (value === undefined) return false;
    await this.set(profile, new Secret(value));
    return true;
  }
}

function keyOf(profile: ConnectionProfile): string {
  return `password:${profile.user}@${profile.host}:${profile.port}/${profile.database}`;
}
