import * as path from 'node:path';
import * as vscode from 'vscode';
import { isSchemaFile } from '../code/schema-files';

/** Other people's code and generated files. */
const EXCLUDED = '**/{node_modules,dist,build,out,coverage,vendor,.git}/**';
const MOST_FILES = 2_000;
/** Longer files hold data, not a schema. */
const MOST_BYTES = 2_000_000;

/** What makes a folder a package of its own. */
const MANIFESTS = '**/{package.json,deno.json,pyproject.toml,Gemfile,go.mod,pom.xml,composer.json,*.csproj,Cargo.toml}';
const MOST_MANIFESTS = 500;

export interface SchemaFile {
  readonly path: string;
  /** Relative to the workspace. */
  readonly name: string;
  readonly text: string;
}

/** The workspace's .sql files that define a schema, in the order in which they are to be run. */
export async function readWorkspaceSchema(signal?: AbortSignal): Promise<SchemaFile[]> {
  const files: SchemaFile[] = [];
  for (const uri of await vscode.workspace.findFiles('**/*.sql', EXCLUDED, MOST_FILES)) {
    signal?.throwIfAborted();
    const text = await readText(uri);
    if (text !== undefined) files.push({ path: uri.fsPath, name: vscode.workspace.asRelativePath(uri, false), text });
  }
  return files.filter(isSchemaFile);
}

/** The folders of the workspace and of the packages in it. */
export async function manifestFolders(): Promise<string[]> {
  const manifests = await vscode.workspace.findFiles(MANIFESTS, EXCLUDED, MOST_MANIFESTS);
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  return [...new Set([...roots, ...manifests.map(({ fsPath }) => path.dirname(fsPath))])];
}

/** Undefined for a file that is gone since it was listed, too long, or not text. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_BYTES) return undefined;
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}
