export interface LoadResult {
  /** After the warm-up. */
  readonly requests: number;
  /** Answers that are none, or 5xx. */
  readonly errors: number;
  readonly perSecond: number;
  /** In ms. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly pages: Record<string, { readonly requests: number; readonly p95: number }>;
}

/** The sample's application on a database, as a process of its own; `folder`: a changed copy, which is not written to. */
export function startSampleApp(
  url: string,
  options?: { folder?: string },
): Promise<{ url: string; stop: () => Promise<void> }>;
/** Clients that ask for one page after the other without a pause; each asks for the same pages in every run. */
export function loadSample(
  app: string,
  options?: { clients?: number; seconds?: number; warmUpSeconds?: number },
): Promise<LoadResult>;
