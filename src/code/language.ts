import type { QuerySite, SourceDocument } from '../nouns/query-site';

/** A source language in which query sites are found. A new one is a file in languages/ and a line in the finder's list. */
export interface Language {
  /** VS Code's language identifiers. */
  readonly languageIds: readonly string[];
  /** Loads what is needed only where such files are; comes before `find`. */
  prepare?(): Promise<void>;
  find(document: SourceDocument): QuerySite[];
}
