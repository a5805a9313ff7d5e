import type { Fix } from './fix';
import type { TextRange } from './text-range';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** 'proved': the planner was asked and the gain is stated; 'likely': from the text and the catalog; 'hint': worth a look. */
export type Confidence = 'proved' | 'likely' | 'hint';

/** One sentence about one query site, with its evidence. */
export interface Finding {
  /** The rule's identifier, as in docs/rules/<rule>.md. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** A sentence that a tired person understands. */
  readonly message: string;
  /** The clause concerned, in the document. */
  readonly range: TextRange;
  /** The numbers behind it; JSON only. */
  readonly evidence: Readonly<Record<string, Json>>;
  readonly fixes: readonly Fix[];
  /** The plan node that it is about. */
  readonly nodeId?: number;
  /** Other places that belong to it, also of other files: the loop, the calls between it and the query. */
  readonly related?: readonly RelatedPlace[];
}

export interface RelatedPlace {
  readonly uri: string;
  /** In that document. */
  readonly range: TextRange;
  readonly message: string;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
