import type { QueryPlace } from '../../code/calls/repetition';
import type { Json, RelatedPlace, Severity } from '../../nouns/finding';
import type { TextRange } from '../../nouns/text-range';
import type { CodeContext, LocatedFinding } from '../code-rule';

const weights: Record<Severity, number> = { error: 1000, warning: 100, info: 10, hint: 1 };

/** A finding about one query of the program; in tests, seeds and scripts it is a hint at most. */
export function findingAt(
  { uri, range }: { readonly uri: string; readonly range: TextRange },
  context: CodeContext,
  finding: {
    readonly rule: string;
    readonly severity: Severity;
    readonly message: string;
    readonly evidence: Readonly<Record<string, Json>>;
    readonly related?: readonly RelatedPlace[];
  },
): LocatedFinding {
  const severity = context.isQuiet(uri) ? 'hint' : finding.severity;
  return {
    uri,
    weight: weights[severity],
    finding: { ...finding, severity, confidence: 'likely', range, fixes: [] },
  };
}

/** Where the call's name stands, without its arguments: `Post.findAll`. */
export function callRange({ range, chain, orm, site }: QueryPlace): TextRange {
  if (site || !chain || !orm) return range;
  return { start: chain.range.start, end: Math.max(orm.nameRange.end, chain.range.start + 1) };
}
