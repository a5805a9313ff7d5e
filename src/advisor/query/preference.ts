import type { Candidate } from '../candidates';

/** Within this share of the cost the smaller and more general index wins; every further column has to save more. */
export const worthwhile = 0.03;
/** Costs below 1 differ by more than that without meaning it. */
const tinyCost = 0.1;

/** The highest cost that is as good as this one. */
export const asGoodAs = (cost: number, share = worthwhile): number => Math.max(cost * (1 + share), cost + tinyCost);

/** What serves this statement's constants or columns only, or one operator, against what serves others too. */
export type Speciality = 'none' | 'partial' | 'covering' | 'block range' | 'hash';

export function specialityOf({ indexes }: Candidate): Speciality {
  for (const { method, where, include } of indexes) {
    if (method === 'brin') return 'block range';
    if (method === 'hash') return 'hash';
    if (where !== undefined) return 'partial';
    if (include !== undefined) return 'covering';
  }
  return 'none';
}

/** The share of a general index's cost that a special one has to save, to be preferred for its cost. */
export const specialGain: Readonly<Record<Exclude<Speciality, 'none'>, number>> = {
  partial: worthwhile,
  hash: worthwhile,
  'block range': worthwhile,
  // Each UPDATE of an included column writes the index too, and is no HOT update any more; and it serves this query only.
  covering: 0.5,
};

/** The share of the statement's first cost that an index made for this query alone has to save beside the general one. */
export const specialFelt = 0.05;

/** When a special index is preferred for its size although it saves nothing beside the general one. */
interface SizeRule {
  /** So many times smaller, and by so many bytes. */
  readonly times: number;
  readonly bytes: number;
  /** Dearer than the general one by this share at most. */
  readonly dearer: number;
  /** The share of the statement's first cost that it has to save by itself. */
  readonly leastGain?: number;
}

const megabyte = 1024 * 1024;

export const sizeRules: Readonly<Partial<Record<Speciality, SizeRule>>> = {
  // Below 8 MB nobody minds the general one.
  partial: { times: 5, bytes: 8 * megabyte, dearer: worthwhile },
  hash: { times: 2, bytes: 8 * megabyte, dearer: worthwhile },
  // The planner's cost of BRIN is far too high (it takes the rows of a block range for scattered ones), so the two costs
  // say little about each other; but nobody takes a slower plan to save a B-tree of less than a gigabyte.
  'block range': { times: 50, bytes: 1024 * megabyte, dearer: Number.POSITIVE_INFINITY, leastGain: 0.3 },
};

export function columnCount({ indexes }: Candidate): number {
  return indexes.reduce((sum, { columns, include }) => sum + columns.length + (include?.length ?? 0), 0);
}
