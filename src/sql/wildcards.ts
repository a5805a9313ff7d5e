import type { Wildcards } from '../nouns/query-site';

/** `%…%`, `…%`, `%…` */
export function wildcardsOfText(text: string): Wildcards | undefined {
  const before = text.startsWith('%');
  const after = text.length > 1 && text.endsWith('%');
  if (before && after) return 'both';
  return after ? 'after' : before ? 'before' : undefined;
}
