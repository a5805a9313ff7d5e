import { chainsWithBodies } from '../../code/calls/values-in';
import { stringOf } from '../../code/facts/value-access';
import type { Link, Value } from '../../code/facts/values';
import type { Model } from '../../code/models/model';

/** `literal('created_at')`, `col('name')`: with a second table in the statement such a name is of neither. */
export function hasBareSql(values: readonly Value[]): boolean {
  return values.flatMap(chainsWithBodies).some(({ root, links }) => {
    const name = links.findLast((link) => link.arguments)?.name;
    const [given] = links.findLast((link) => link.arguments)?.arguments ?? [];
    const called = name === '' ? String(root) : name;
    if (called === 'literal' || called === 'raw') return true;
    return called === 'col' && !stringOf(given)?.includes('.');
  });
}

/** `.where('title = :title')`: a column of the rows that no alias stands before. */
export function namesBareColumn(links: readonly Link[], { columns }: Model): boolean {
  const names = new Set(columns.flatMap(({ property, column }) => [property.toLowerCase(), column.toLowerCase()]));
  return links
    .filter(({ name }) => /^(?:and|or)?(?:where|having)|^(?:add)?(?:orderBy|groupBy|select)$/i.test(name))
    .flatMap(({ arguments: given }) => given ?? [])
    .flatMap((value) => (value.kind === 'template' ? value.strings : (stringOf(value) ?? [])))
    .some((text) => {
      const words = text.replace(/'[^']*'/g, '').matchAll(/(?<![\w.:"$])"?([a-z_]\w*)"?(?![\w.(])/gi);
      return [...words].some(([, word = '']) => names.has(word.toLowerCase()));
    });
}
