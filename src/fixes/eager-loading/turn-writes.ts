import type { Repetition } from '../../code/calls/repetition';

/**
 * Whether a turn changes what a later turn would ask for: the row's key, what was found (`author.posts++; await author.save()`), or
 * something that nobody can tell. Rows that were loaded before the loop would not show it. The loop's own row may be written.
 */
export function mayChangeLater({ loop, inner, keys }: Repetition, source: string): boolean {
  const row = loop.rowName;
  const body = source.slice(loop.bodyRange.start, loop.bodyRange.end).replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  const property = keys[0]?.rowPath?.[0];
  const isKeySet = property !== undefined && new RegExp(`(?<![\\w$.])${row}\\.${property}\\s*=(?![=>])`).test(body);
  // `post.addComment(…)`, `post.setAuthor(…)`
  const isLinked = new RegExp(`(?<![\\w$.])${row}\\.(?:add|set|create|remove)[A-Z]\\w*\\(`).test(body);
  const own = new RegExp(`^(?:${row}|[\\w$.]*${loop.over?.model?.name ?? row}s?(?:Repository|Repo|Model)?)$`, 'i');
  const isSame = loop.over?.model !== undefined && loop.over.model.table === inner.orm?.model?.table;
  const written = [...body.matchAll(writing)].map(([, receiver = '']) => receiver.replace(/^this\./, ''));
  return isKeySet || isLinked || written.some((receiver) => isSame || !own.test(receiver));
}

/** What stands before the method: `author`, `this.posts`, `)` for the rest of a chain. */
const writing =
  /([\w$]+(?:\s*[?!]?\.\s*[\w$]+)*|\))\s*[?!]?\.\s*(?:save|create|insert|update|destroy|delete|remove|upsert|increment|decrement|persist|flush|patch|bulk\w+|(?:create|update|delete|insert)(?:Many|One|ById|Graph)\w*|\$\w*(?:Raw|Unsafe))\s*\(/g;
