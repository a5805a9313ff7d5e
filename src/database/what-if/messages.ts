import type { IndexDefinition } from '../../nouns/fix';
import type { ProblemKind } from '../../nouns/problem';
import type { TextRange } from '../../nouns/text-range';
import type { Growth } from '../growth/growth';
import type { HypotheticalIndex, ParameterValues } from '../planner';
import type { Snapshot } from '../snapshot';

/** What the parent sends. `snapshot` comes along only when the process is not known to hold it already. */
export type WhatIfMessage =
  | { readonly id: number; readonly request: WhatIfRequest; readonly key?: string; readonly snapshot?: Snapshot }
  | { readonly cancel: number };

export type WhatIfRequest =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'explain';
      readonly sql: string;
      readonly values?: ParameterValues;
      readonly indexes: readonly IndexDefinition[];
      /** Planned as if tables had grown. */
      readonly growth?: Growth;
    }
  | { readonly kind: 'types'; readonly sql: string }
  | { readonly kind: 'scripts'; readonly files: readonly ScriptFile[]; readonly assumedRows: number };

/** A schema file, already split into statements. */
export interface ScriptFile {
  readonly name: string;
  readonly statements: readonly string[];
}

export interface WhatIfAnswers {
  readonly open: { readonly leftOut: readonly string[] };
  readonly explain: {
    /** EXPLAIN's JSON, with the names of the request's definitions for hypothetical indexes. */
    readonly json: unknown;
    readonly indexes: readonly HypotheticalIndex[];
  };
  /** The type of each `$n`, as format_type prints it. */
  readonly types: readonly string[];
  readonly scripts: Snapshot;
}

/** What the process answers, each with its resident memory in bytes. */
export type WhatIfReply = { readonly id: number; readonly residentBytes: number } & (
  | { readonly answer: WhatIfAnswers[keyof WhatIfAnswers] }
  | { readonly problem: ProblemText }
  /** The process does not hold the snapshot (it was restarted, or holds another): send it along. */
  | { readonly needsSnapshot: true }
);

export interface ProblemText {
  readonly kind: ProblemKind;
  readonly message: string;
  readonly hint?: string;
  readonly range?: TextRange;
}
