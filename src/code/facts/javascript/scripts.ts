import type { SourceDocument } from '../../../nouns/query-site';

/** VS Code's identifiers of files whose programs stand in `<script>` elements. */
export const componentLanguageIds: readonly string[] = ['vue', 'svelte'];

/** `<script setup lang="ts">`: what stands between the quotes may be a `>`. */
const opening = /<script((?:\s+[\w:@.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*>/gi;

/**
 * The program of a file: of a Vue or Svelte component its scripts, with spaces for all else, so that every offset is that
 * of the file. Other files are what they are.
 */
export function programOf(document: SourceDocument): SourceDocument {
  if (!componentLanguageIds.includes(document.languageId)) return document;
  const { text } = document;
  let program = '';
  let isTyped = false;
  let hasMarkup = false;
  opening.lastIndex = 0;
  const whole = withoutComments(text);
  for (let match = opening.exec(whole); match !== null; match = opening.exec(whole)) {
    const start = match.index + match[0].length;
    const end = whole.slice(start).search(/<\/script\s*>/i);
    const stop = end < 0 ? text.length : start + end;
    const language = /\blang\s*=\s*["']?(\w+)/i.exec(match[1] ?? '')?.[1]?.toLowerCase();
    isTyped ||= language === 'ts' || language === 'tsx' || language === 'typescript';
    hasMarkup ||= language === 'tsx' || language === 'jsx';
    program += blank(text.slice(program.length, start)) + text.slice(start, stop);
    opening.lastIndex = stop;
  }
  program += blank(text.slice(program.length));
  const languageId = `${isTyped ? 'typescript' : 'javascript'}${hasMarkup ? 'react' : ''}`;
  return { uri: document.uri, languageId, text: program };
}

/** `<!-- <script> -->` is none; a comment in a script that looks like this one is left. */
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|<script\b[\s\S]*?<\/script\s*>/gi, (part) =>
    part.startsWith('<!') ? blank(part) : part,
  );
}

/** Spaces as long as the text, with its lines. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
