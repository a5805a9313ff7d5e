import type { TextRange } from '../../../nouns/text-range';
import type { SqlText } from '../support/sql-text';
import type { ModelClass } from './model-classes';
import type { ObjectionQuery } from './query';

/** Columns that `$beforeInsert() { this.created_at = new Date() }` sets, in the model or above it. */
export function addedByHooks(query: ObjectionQuery, hook: string, range: TextRange): ReadonlyMap<string, SqlText> {
  const { classes } = query.known;
  const added = new Map<string, SqlText>();
  let at: ModelClass | undefined = query.details.modelClass;
  for (let depth = 0; at && depth < 10; depth++) {
    const method = at.facts.methods.find(({ name, isStatic }) => name === hook && !isStatic);
    const facts = method && at.file.functions[method.function];
    for (const { chain, isWritten, branch } of facts?.uses ?? []) {
      const [property, ...more] = chain.links;
      if (!isWritten || branch || chain.root !== 'this' || !property || more.length > 0) continue;
      const column = query.columnOf(property.name);
      if (column !== undefined) added.set(column, [{ source: `${hook}: ${property.name}`, range }]);
    }
    // A hook that does not call the one above replaces it.
    const callsAbove = facts?.uses.some(({ chain }) => chain.root === 'super') ?? true;
    if (facts && !callsAbove) break;
    at = classes.above(at);
  }
  return added;
}
