export interface EditorOptions {
  /** An extension to install. */
  vsix?: string;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** true: VS Code asks whether a folder's authors are trusted. Default: no question, all is trusted. */
  trustQuestion?: boolean;
  /** For the extension host; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Keeps settings and state between runs. */
  dataFolder?: string;
  port?: number;
}

/** VS Code's server with settings and extensions of its own. */
export interface EditorServer {
  /** The page that opens a folder. */
  url(page: { folder: string; payload?: readonly (readonly [string, string])[] }): string;
  /** The same with an extension from its source folder, and a test suite to run in the extension host. */
  developmentUrl(page: { folder: string; extension: string; tests?: string }): string;
  readonly dataFolder: string;
  /** What the server printed. */
  output(): string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export function startEditor(options?: EditorOptions): Promise<EditorServer>;
