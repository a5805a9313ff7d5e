import * as vscode from 'vscode';
import { chooseDatabase, closeAll, openText } from './editor-helpers';

const configuration = () => vscode.workspace.getConfiguration('planlight');

/** Chooses the tests' database as `name`, reached through `port` of this machine. */
export async function chooseThrough(
  port: number,
  {
    name,
    environment,
    user,
  }: { readonly name: string; readonly environment: 'development' | 'production'; readonly user?: string },
): Promise<void> {
  const url = new URL(process.env.PLANLIGHT_TEST_DATABASE_URL ?? '');
  const profile = {
    name,
    host: '127.0.0.1',
    port,
    database: url.pathname.slice(1),
    user: user ?? url.username,
    ssl: 'disable',
    environment,
  };
  await configuration().update('connections', [profile], vscode.ConfigurationTarget.Global);
  await openText('SELECT 1;\n');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await chooseDatabase('first');
}

/** Back to the database that the environment names. */
export async function chooseAsBefore(): Promise<void> {
  await closeAll();
  await configuration().update('connections', undefined, vscode.ConfigurationTarget.Global);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await chooseDatabase('first');
}
