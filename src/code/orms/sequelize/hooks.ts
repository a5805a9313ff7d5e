import type { OrmCall } from '../orm';

const words: Readonly<Record<OrmCall['operation'], RegExp>> = {
  find: /Find/,
  'find one': /Find/,
  load: /Find/,
  exists: /Find|Count/,
  count: /Find|Count/,
  aggregate: /Find/,
  insert: /Create|Save|Validate/,
  update: /Update|Save|Validate/,
  upsert: /Upsert|Find|Create|Save|Validate/,
  delete: /Destroy/,
  raw: /Query/,
};

/** Those of a model's hooks that run with a call: `beforeBulkUpdate` with Post.update(…), `beforeUpdate` with post.update(…). */
export function hooksOf(hooks: ReadonlySet<string>, operation: OrmCall['operation'], isMany: boolean): string[] {
  const isBulk = isMany && /^(?:insert|update|delete)$/.test(operation);
  return [...hooks].filter((hook) => words[operation].test(hook) && /Bulk/.test(hook) === isBulk);
}
