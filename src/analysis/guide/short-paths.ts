import type { CheckResult, Evidence, GuideFix } from '../../nouns/check';

/** The result with the files that its sentences and tables name as people know them: below the workspace's folders. */
export function withShortPaths(result: CheckResult, folders: readonly string[]): CheckResult {
  const short = (text: string) =>
    folders.reduce((shorter, folder) => shorter.replaceAll(`${folder}/`, '').replaceAll(`${folder}\\`, ''), text);
  const ofEvidence = (one: Evidence): Evidence =>
    one.kind === 'fact'
      ? { ...one, value: short(one.value), ...(one.source !== undefined && { source: short(one.source) }) }
      : { ...one, rows: one.rows.map((row) => row.map(short)) };
  const ofFix = (fix: GuideFix): GuideFix => ({
    ...fix,
    title: short(fix.title),
    ...('note' in fix && fix.note !== undefined && { note: short(fix.note) }),
    ...('placeholders' in fix && { placeholders: fix.placeholders.map(short) }),
  });
  const { says, missing, evidence, places, fixes } = result;
  return {
    ...result,
    says: short(says),
    ...(missing && { missing: missing.map(short) }),
    ...(evidence && { evidence: evidence.map(ofEvidence) }),
    ...(places && { places: places.map((place) => ({ ...place, message: short(place.message) })) }),
    ...(fixes && { fixes: fixes.map(ofFix) }),
  };
}
