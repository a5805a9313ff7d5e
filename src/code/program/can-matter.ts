import type { SourceDocument } from '../../nouns/query-site';

/**
 * Whether a file may hold or lead to a query, by its text alone: types, texts of an interface in many languages and test
 * data do not, nor do components that wait for nothing. A helper between a loop and a query always does.
 */
export function canMatter({ uri, languageId, text }: SourceDocument): boolean {
  if (text.includes('\0')) return false;
  // Only what is added to a package's types is of use: a declaration file of one's own types has its source somewhere.
  if (/\.d\.[cm]?ts$/i.test(uri))
    return text.length < 100_000 && /\bdeclare\s+(?:module|global|namespace)\b/.test(text);
  if (/react$|^vue$|^svelte$/.test(languageId))
    return /\bawait\b|\.then\s*\(|\basync\b|['"]use server['"]|\bnew\s/.test(text);
  return /=>|\bfunction\b|\bclass\b|\bimport\b|\brequire\b|\bexport\b|\benum\b|\binterface\b|\bmodule\.exports\b/.test(
    text,
  );
}
