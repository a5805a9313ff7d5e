import type { SentCall } from '../../code/call-sites';
import type { WorkspaceRead } from '../../code/program/read-workspace';
import type { CodeFacts } from '../../guide/facts';
import type { Finding } from '../../nouns/finding';
import type { IndexDefinition } from '../../nouns/fix';
import type { SourceDocument } from '../../nouns/query-site';
import type { IndexInCode } from './indexes-in-code';
import type { ListedQuery } from './listed-queries';
import type { CallFindingsOptions, IndexOptions } from './workspace-code';

/** What is asked of a workspace's code, wherever it is held. Everything goes by paths in the file system. */
export interface CodeService {
  /** Reads files anew, but those that are open. Rejects with the signal's reason, or when the thread ended. */
  index(paths: readonly string[], options: IndexOptions): Promise<WorkspaceRead>;
  remove(path: string): Promise<void>;
  close(path: string): Promise<void>;
  /** The document's calls that send queries; `uri` is its path. */
  calls(document: SourceDocument): Promise<readonly SentCall[]>;
  /** Every query of the program and of the .sql files, by path; the files in their order, each in the order of its text. */
  queries(textFiles: readonly string[]): Promise<ReadonlyMap<string, readonly ListedQuery[]>>;
  /** What the guide's checks ask of the source code. */
  facts(textFiles: readonly string[]): Promise<CodeFacts>;
  /** Where models declare the table of an index, with the edit that adds it; `near` is the path of the query's file. */
  indexesInCode(index: IndexDefinition, near: string): Promise<readonly IndexInCode[]>;
  findings(options: CallFindingsOptions): Promise<ReadonlyMap<string, readonly Finding[]>>;
}
