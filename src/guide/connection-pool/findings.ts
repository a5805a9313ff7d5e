import type { CheckResult, GuideFix } from '../../nouns/check';
import type { WorkspaceFacts } from '../facts';

type Located = WorkspaceFacts['findings'][number];

/** What code rules found of these kinds, as places and fixes of a check. */
export function ofRules({ findings }: WorkspaceFacts, ...rules: readonly string[]): readonly Located[] {
  return findings.filter(({ finding }) => rules.includes(finding.rule));
}

export function detailsOf(found: readonly Located[]): Required<Pick<CheckResult, 'places' | 'fixes'>> {
  return {
    places: found.map(({ path, finding }) => ({ uri: path, range: finding.range, message: finding.message })),
    fixes: found.flatMap(({ path, finding }) =>
      finding.fixes.flatMap((fix): GuideFix[] => {
        if (fix.kind !== 'edit') return [fix];
        // Ranges without a file are of the finding's own.
        return [{ ...fix, edits: fix.edits.map((edit) => ({ ...edit, uri: edit.uri ?? path })) }];
      }),
    ),
  };
}
