import type { Repetition } from '../../code/calls/repetition';

/**
 * Whether a turn changes what a later turn would ask for: the row's key, what was found (`author.posts++; await author.save()`), or
 * something that nobody can tell. Rows that were loaded before the loop would not show it. The loop's own row may be written.
 */
export function mayChangeLater(repetition: Repetition, source: string): boolean {
  const { loop, inner, keys } = repetition;
  const row = loop.rowName;
  const body = source.slice(loop.bodyRange.start, loop.bodyRange.end).replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  const property = keys[0]?.rowPath?.[0];
  const isKeySet = property !== undefined && new RegExp(`(?<![\\w$.])${row}\\.${property}\\s*=(?![=>])`).test(body);
  const own = new RegExp(`^(?:${row}|[\\w$.]*${loop.over?.model?.name ?? row}s?(?:Repository|Repo|Model)?)$`, 'i');
  const isSame = loop.over?.model !== undefined && loop.over.model.table === inner.orm?.model?.table;
  const written = [...body.matchAll(writing)].map(([, receiver = '']) => receiver.replace(/^this\./, ''));
  return isKeySet || written.some((receiver) => isSame || !own.test(receiver));
}

const writing =
  /([\w$]+(?:\s*[?!]?\.\s*[\w$]+)*)\s*[?!]?\.\s*(?:save|create|insert|update|destroy|delete|remove|upsert|increment|decrement|persist|flush|patch|bulk\w+|(?:create|update|delete|insert)(?:Many|One|ById|Graph)\w*|\$\w*(?:Raw|Unsafe)|set[A-Z]\w*|add[A-Z]\w*)\s*\(/g;
