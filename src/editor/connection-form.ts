import * as vscode from 'vscode';
import type { SettingsProfile } from '../database/connection-sources/connection-sources';
import { type Environment, Secret } from '../database/profile';

export interface AddedConnection {
  readonly profile: SettingsProfile;
  readonly password?: Secret;
}

/** Asks for the address, the environment and a name. Undefined when the person closed one of the boxes. */
export async function addConnection(taken: readonly string[]): Promise<AddedConnection | undefined> {
  const address = await vscode.window.showInputBox({
    title: 'Planlight: Add a Connection (1/3)',
    prompt: 'Address of the database. A password in it goes to the secret storage, not to the settings.',
    placeHolder: 'postgres://user@localhost:5432/blog',
    ignoreFocusOut: true,
    validateInput: (text) => (parseAddress(text) ? undefined : 'Write it as postgres://user@host:port/database'),
  });
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (!parsed) return undefined;
  const environment = await vscode.window.showQuickPick(
    [
      { label: 'development', detail: 'Statements that only read are run by themselves to measure them.' },
      { label: 'staging', detail: 'Nothing is run by itself; statistics are read once.' },
      { label: 'production', detail: 'Nothing is run by itself; statistics are read once.' },
    ],
    { title: 'Planlight: Add a Connection (2/3)', placeHolder: 'What kind of database is it?', ignoreFocusOut: true },
  );
  if (!environment) return undefined;
  const name = await vscode.window.showInputBox({
    title: 'Planlight: Add a Connection (3/3)',
    prompt: 'A name for it',
    value: freeName(`${parsed.database} ${environment.label}`, taken),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' ? 'It needs a name.' : taken.includes(text.trim()) ? 'This name is taken.' : undefined,
  });
  if (name === undefined) return undefined;
  const { password, ...rest } = parsed;
  const profile = { name: name.trim(), ...rest, environment: environment.label as Environment };
  return { profile, password };
}

/** `postgres://ann:secret@db:5433/blog?sslmode=require`; undefined for anything else. */
function parseAddress(text: string) {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '') return undefined;
  const database = decode(url.pathname.slice(1));
  const user = decode(url.username);
  if (!database || !user) return undefined;
  const ssl = url.searchParams.get('sslmode');
  return {
    host: decode(url.hostname.replace(/^\[|\]$/g, '')) ?? url.hostname,
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user,
    ...(ssl ? { ssl: ssl as SettingsProfile['ssl'] } : {}),
    password: url.password === '' ? undefined : new Secret(decode(url.password) ?? url.password),
  };
}

/** Undefined for a broken `%` sequence. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function freeName(wish: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wish : `${wish} ${number}`;
    if (!taken.includes(name)) return name;
  }
}
