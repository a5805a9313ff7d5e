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
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
