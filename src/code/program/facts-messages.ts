/** To a thread: files to read, in a batch. */
export interface ReadFiles {
  readonly batch: number;
  readonly files: readonly { readonly uri: string; readonly path: string }[];
}

/** How a thread begins. */
export interface FactsThreadData {
  readonly grammarFolder: string;
  /** Of the workspace. */
  readonly folders: readonly string[];
  /** Hashes whose facts the cache holds: these files are not parsed. */
  readonly known: readonly string[];
}

/** From a thread, for each file of the batch in its order. */
export interface FilesRead {
  readonly batch: number;
  readonly files: readonly FileRead[];
}

export interface FileRead {
  readonly uri: string;
  /** Of the content; undefined when the file is gone or may not be read. */
  readonly hash?: string;
  /** The facts without `uri`; 'null' when there is nothing in it that matters; undefined when they are known. */
  readonly json?: string;
  /** Of package.json and the like. */
  readonly text?: string;
  /** Why it is not read: `EACCES: permission denied`. */
  readonly problem?: string;
}
