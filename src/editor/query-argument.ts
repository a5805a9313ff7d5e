/** What links, lenses and the plan view hand to a command: a place inside the query. */
export interface QueryArgument {
  readonly uri: string;
  /** UTF-16 offset in the document. */
  readonly offset: number;
  /** Which of the statements that the call there sends in all its forms, from 1; without it the dearest. */
  readonly part?: number;
}

export function isQueryArgument(value: unknown): value is QueryArgument {
  const candidate = value as Partial<QueryArgument> | null | undefined;
  return typeof candidate?.uri === 'string' && typeof candidate.offset === 'number';
}

/** The same, with the name of an index that is proposed there. */
export interface IndexPlanArgument extends QueryArgument {
  readonly index: string;
}

export function isIndexPlanArgument(value: unknown): value is IndexPlanArgument {
  return isQueryArgument(value) && typeof (value as Partial<IndexPlanArgument>).index === 'string';
}
