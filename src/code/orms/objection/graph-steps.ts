import type { Expression } from '../knex/expression';
import { graphOf } from './graph';
import { joinAll, rootOf } from './joined';
import type { ObjectionQuery } from './query';
import { option, type Step } from './step';

/** withGraphFetched and withGraphJoined. */
export const withGraph =
  (isJoined: boolean): Step =>
  (query, [expression, options], { link }) => {
    const nodes = expression && graphOf(query.reader, expression);
    if (!nodes) {
      query.reader.note('Relations that are chosen at run time are not included.');
      return;
    }
    query.addGraph(nodes);
    query.isJoined = isJoined;
    query.nameRange ??= link.range;
    const operation = option(query, options, 'joinOperation');
    if (operation?.kind === 'literal')
      query.joinType = String(operation.value).replace(/Join$/, '').replace('Outer', ' outer');
    const aliases = option(query, options, 'aliases');
    if (aliases?.kind === 'object') query.aliases = texts(query, aliases);
  };

function texts(query: ObjectionQuery, object: Expression & { kind: 'object' }): ReadonlyMap<string, string> {
  return new Map(
    object.entries.flatMap(({ key, value }) => {
      const text = query.reader.expression(value);
      return text.kind === 'literal' ? [[key, String(text.value)] as const] : [];
    }),
  );
}

/** joinRelated and its kinds. */
export const joinRelated =
  (joinType: string): Step =>
  (query, [expression, options]) => {
    const nodes = expression && graphOf(query.reader, expression);
    if (!nodes) {
      query.reader.note('A join that is added at run time is not included.');
      return;
    }
    const alias = option(query, options, 'alias');
    const [only] = nodes;
    const named = alias?.kind === 'literal' && typeof alias.value === 'string' ? alias.value : undefined;
    const all = nodes.length === 1 && only && named ? [{ ...only, name: named }] : nodes;
    joinAll(query, rootOf(query), all, joinType);
  };
