import type { Snapshot } from '../../database/snapshot';
import type { IndexDefinition } from '../../nouns/fix';
import type { TableUse } from '../uses/table-use';

/** An index without the names that all of its table's have. */
export type IndexShape = Pick<IndexDefinition, 'method' | 'columns' | 'include' | 'where'>;

/** Indexes that are tried together: mostly one. */
export type IndexSet = readonly IndexShape[];

/** One kind of candidate: the indexes that could serve what a statement asks of a relation, the most promising first. */
export type CandidateKind = (use: TableUse, snapshot: Snapshot) => IndexSet[];
