import { entryOf, isTrue, stringOf } from '../../code/facts/value-access';
import type { Link, ObjectValue } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import { hasBareSql, namesBareColumn } from './bare-names';
import type { EagerLoader, OuterCall } from './loader';
import { callLink, isWrittenIn } from './outer-link';

/** `posts.find({ where, relations: { author: true } })`; `.leftJoinAndSelect('post.author', 'author')` of a query builder. */
export const typeormLoader: EagerLoader = {
  library: 'typeorm',
  word: 'relations',
  isNested: true,
  load(outer) {
    const link = callLink(outer.place);
    if (!link) return undefined;
    if (/^get(?:Many|One|OneOrFail|ManyAndCount)$/.test(link.name)) return joined(outer, link);
    if (!/^find(?:One|OneOrFail|AndCount)?$/.test(link.name)) return undefined;
    // `manager.find(Post, { … })`, `repository.find({ … })`
    const given = link.arguments ?? [];
    const options = given.at(-1)?.kind === 'object' ? given.at(-1) : undefined;
    const { source, association, path } = outer;
    if (!options) {
      const [first] = given;
      if (given.length > 1 || path.length > 0 || (first && !isEntity(first))) return undefined;
      return alone(addArgument(source, link, `{ relations: { ${association.name}: true } }`));
    }
    if (options.kind !== 'object' || entryOf(options, 'select') || !isWrittenIn(link, options)) return undefined;
    const relations = entryOf(options, 'relations')?.value;
    if (!relations)
      return path.length > 0 ? undefined : alone(addEntry(source, options, `relations: { ${association.name}: true }`));
    if (!isWrittenIn(link, relations)) return undefined;
    if (relations.kind === 'array')
      return alone(addElement(source, relations, quoted(source, [...path, association.name].join('.'))));
    return relations.kind === 'object' ? inRelations(source, relations, path, association.name) : undefined;
  },
  // A lazy relation that was loaded is answered at once.
  keepsAccess: ({ kind, association }) => kind === 'lazy' && association?.association.isLazy === true,
};

/** `manager.find(Post)`; anything else may be options that are made elsewhere. */
function isEntity(value: { readonly kind: string; readonly root?: unknown }): boolean {
  return value.kind === 'chain' && /^[A-Z]/.test(String(value.root));
}

/** `{ comments: true }` → `{ comments: { author: true } }` */
function inRelations(
  source: string,
  relations: ObjectValue,
  [first, ...rest]: readonly string[],
  name: string,
): readonly DocumentEdit[] | undefined {
  if (first === undefined) return alone(addEntry(source, relations, `${name}: true`));
  const inner = entryOf(relations, first)?.value;
  if (inner?.kind === 'object') return inRelations(source, inner, rest, name);
  return isTrue(inner) && inner && rest.length === 0
    ? [{ range: inner.range, newText: `{ ${name}: true }` }]
    : undefined;
}

/** Before the first condition, or behind the alias. */
function joined(
  { source, place, association, model, path }: OuterCall,
  last: Link,
): readonly DocumentEdit[] | undefined {
  const links = place.chain?.links ?? [];
  const start = links.find(({ name }) => name === 'createQueryBuilder');
  const alias = stringOf(start?.arguments?.at(-1));
  if (!start?.argumentsRange || alias === undefined || start === last || path.length > 0) return undefined;
  const isTaken = links.some(({ arguments: given }) => given?.some((one) => stringOf(one) === association.name));
  const isMany = /Many$/.test(association.kind);
  // `limit` counts joined rows; `select` forgets what was selected before.
  const refused = /^(?:select|groupBy|addGroupBy|having|distinct|distinctOn|from|stream)$/;
  if (isTaken || links.some(({ name }) => refused.test(name) || (isMany && /^(?:limit|offset)$/.test(name))))
    return undefined;
  if (namesBareColumn(links, model) || hasBareSql(links.flatMap(({ arguments: given }) => given ?? [])))
    return undefined;
  const next = links[links.indexOf(start) + 1];
  const between = next ? source.slice(start.argumentsRange.end, next.range.start) : '.';
  const call = `leftJoinAndSelect(${quoted(source, `${alias}.${association.name}`)}, ${quoted(source, association.name)})`;
  const at = start.argumentsRange.end;
  return [{ range: { start: at, end: at }, newText: `${between}${call}` }];
}
