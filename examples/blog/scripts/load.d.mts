export interface LoadOptions {
  /** 20,000 unless told. */
  readonly users?: number;
  /** 200,000 unless told. */
  readonly posts?: number;
  /** 800,000 unless told. */
  readonly comments?: number;
  /** The same seed and date give the same rows. */
  readonly seed?: number;
  /** The newest date in the data; the beginning of today (UTC) unless told. */
  readonly until?: Date;
  /** Drop the blog's own tables first. */
  readonly reset?: boolean;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export type LoadProgress =
  | { readonly step: 'table'; readonly table: string; readonly done: number; readonly total: number }
  | { readonly step: 'constraints' | 'analyze' };

/** Rejects with one sentence when the tables hold rows, or belong to somebody else. */
export function loadBlog(connectionString: string, options?: LoadOptions): Promise<void>;
