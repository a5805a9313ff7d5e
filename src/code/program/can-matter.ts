import type { SourceDocument } from '../../nouns/query-site';
import { isPythonTemplate } from '../facts/python/templates/template-names';
import { isRubyTemplate, templateOf } from '../facts/ruby/templates';
import type { FileRoles } from '../file-roles';

/** A list of texts has at least so many with a space in them. */
const manyTexts = 8;

/**
 * Whether a file may hold or lead to a query that is worth knowing of while the file is not open, by its text alone. Types,
 * texts of an interface in many languages, tests with their data and components that wait for nothing do not. A helper
 * between a loop and a query always does.
 */
export function canMatter({ uri: whole, languageId, text }: SourceDocument, roles: FileRoles): boolean {
  const uri = roles.below(whole);
  if (text.includes('\0') || isForTests(uri)) return false;
  if (isPythonTemplate(uri)) return !isPythonTest(uri) && /\{[{%]/.test(text);
  if (languageId === 'python')
    return !isPythonTest(uri) && /^\s*(?:async\s+def|def|class|for|import|from)\b/m.test(text);
  if (/\.d\.[cm]?ts$/i.test(uri)) return isWrittenDeclaration(text);
  if (isRubyTemplate(uri)) return templateOf(uri) !== undefined && (!/\.erb$/i.test(uri) || text.includes('<%'));
  if (languageId === 'ruby')
    return /\b(?:class|module|def|do)\b|\bActiveRecord\b|\{\s*\|/.test(text) && !/_(?:test|spec)\.rb$/.test(uri);
  if (/react$|^vue$|^svelte$/.test(languageId))
    return /\bawait\b|\.then\s*\(|\basync\b|['"]use server['"]|\bnew\s/.test(text);
  return /\b(?:import|require|export|module)\b|=>|\bfunction\b|\bclass\b/.test(text) && !isListOfTexts(text);
}

/** What is added to a package's types, and a person's own types; what a generator or a compiler wrote is longer. */
function isWrittenDeclaration(text: string): boolean {
  // The tables, as kysely-codegen writes them.
  if (text.length < 1_000_000 && /\bfrom\s+['"]kysely['"]/.test(text)) return true;
  if (text.length < 100_000 && /\bdeclare\s+(?:module|global|namespace)\b/.test(text)) return true;
  return text.length < 20_000 && /\b(?:interface|type)\s+[\w$]+/.test(text);
}

/** `posts.test.ts`, `posts.cy.ts`, `__mocks__/db.ts`, `button.stories.tsx`. A folder named test may hold helpers and applications. */
function isForTests(uri: string): boolean {
  return /[._-](?:test|spec|e2e|cy|stories|bench)\.\w+$|[/\\]__(?:tests|mocks|fixtures|snapshots)__[/\\]/i.test(uri);
}

/** `test_posts.py`, `tests/…`, and what Django's makemigrations writes. */
function isPythonTest(uri: string): boolean {
  return /(?:^|[/\\])(?:test_[^/\\]*|[^/\\]*_test|tests|conftest)\.py$|[/\\](?:tests|migrations|site-packages)[/\\]/i.test(
    uri,
  );
}

/** `export default { title: 'All posts', … }`: nothing is called, and most of it is text for people. */
function isListOfTexts(text: string): boolean {
  const texts = text.match(/(["'`])[^"'`\n]* [^"'`\n]*\1/g)?.length ?? 0;
  if (texts < manyTexts) return false;
  const bare = text.replace(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`/g,
    '',
  );
  return (
    !/=>|\bfunction\b|\bclass\b|\bawait\b/.test(bare) &&
    !/[\w)\]]\s*\(/.test(bare.replace(/\bObject\.freeze\s*\(/g, ''))
  );
}
