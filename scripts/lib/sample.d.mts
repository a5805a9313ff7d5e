export interface Amounts {
  users?: number;
  posts?: number;
  comments?: number;
}

export const sampleFolder: string;
export const testAmounts: Required<Amounts>;
/** A PostgreSQL server with the blog's tables and rows; `keep` leaves the data folder for the next start. */
export function startSampleDatabase(
  amounts: Amounts,
  options: { keep: boolean; asUsual?: boolean },
): Promise<{ url: string; stop: () => Promise<void> }>;
/** A copy of the sample workspace that may be changed; the folder above it is temporary. */
export function copyOfSample(): Promise<string>;
