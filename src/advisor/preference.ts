import type { Candidate } from './candidates';

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

/**
 * When a special index is preferred for its size although it saves nothing: so many times smaller than the general one,
 * at a cost that is dearer by this share at most.
 */
export const muchSmaller: Readonly<Partial<Record<Speciality, { readonly times: number; readonly dearer: number }>>> = {
  partial: { times: 5, dearer: worthwhile },
  hash: { times: 2, dearer: worthwhile },
  // A thousandth of the size, for a cost that is mostly the same heap pages.
  'block range': { times: 50, dearer: 0.15 },
};

/** What a special index must save in bytes: below 8 MB nobody minds the general one. */
export const feltBytes = 8 * 1024 * 1024;

export function columnCount({ indexes }: Candidate): number {
  return indexes.reduce((sum, { columns, include }) => sum + columns.length + (include?.length ?? 0), 0);
}
