import type { Expression } from '../knex/expression';
import type { Located } from '../knex/scope';
import type { GraphNode } from './graph';
import type { ModelClass } from './model-classes';
import type { ObjectionQuery } from './query';

/** `modify('published')`, `modify(['a', 'b'])`, `modify((query) => …, argument)` */
export function modifyBy(query: ObjectionQuery, modifier: Expression, rest: readonly Located[]): void {
  const { reader } = query;
  if (modifier.kind === 'callable') reader.call(modifier.callable, [query, ...rest], query);
  else if (modifier.kind === 'array') {
    for (const each of modifier.elements) modifyBy(query, reader.expression(each), rest);
  } else if (modifier.kind === 'literal' && typeof modifier.value === 'string') {
    const named = query.ownModifiers.get(modifier.value) ?? modelModifier(query, modifier.value);
    if (named) modifyBy(query, named, rest);
    else reader.note(`The modifier ${modifier.value} of ${query.model.name} is not known.`);
  } else if (modifier.kind !== 'literal') reader.note('A modifier that is chosen at run time is not included.');
}

/** `static modifiers = { ...Base.modifiers, published(query) { … } }`; `namedFilters` of older versions */
function modelModifier(query: ObjectionQuery, name: string): Expression | undefined {
  const { classes } = query.known;
  let at: ModelClass | undefined = query.details.modelClass;
  for (let depth = 0; at && depth < 10; depth++, at = classes.above(at)) {
    for (const member of ['modifiers', 'namedFilters']) {
      const found = classes.staticValue(at, member);
      const all = found && query.reader.expression({ value: found.value, scope: { at: found.at, names: new Map() } });
      const entry = all?.kind === 'object' ? all.entries.find(({ key }) => key === name) : undefined;
      if (entry) return query.reader.expression(entry.value);
    }
  }
  return undefined;
}

/** What a relation expression and modifyGraph ask of a relation's rows; `path` leads to them. */
export function modifyNode(
  root: ObjectionQuery,
  query: ObjectionQuery,
  node: GraphNode,
  path: readonly string[],
): void {
  query.ownModifiers = root.ownModifiers;
  for (const name of node.modifiers) {
    modifyBy(query, { kind: 'literal', value: name, source: name, range: node.range }, []);
  }
  for (const { path: asked, modifier } of root.graphModifiers) {
    if (endsAt(asked, path)) modifyBy(query, modifier, []);
  }
}

/** `[comments.author, tags]` ends at ['comments', 'author'] and at ['tags']. */
function endsAt(nodes: readonly GraphNode[], [first, ...rest]: readonly string[]): boolean {
  const node = nodes.find(({ name }) => name === first);
  if (!node) return false;
  return rest.length === 0 ? node.children.length === 0 : endsAt(node.children, rest);
}
