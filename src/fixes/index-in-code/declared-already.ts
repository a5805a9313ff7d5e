import type { FileFacts } from '../../code/facts/facts';
import { elementsOf, entry, oneOrMany, stringOf } from '../../code/facts/value-access';
import type { ArrayValue, ChainValue, ObjectValue, Value } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';

/**
 * Whether a class says it: `@Index(['authorId'])`, `@Index({ properties: ['author'] })` above it, `@Index()` above the
 * property. The database may lack an index whose migration was not run yet; a second one is no help then.
 */
export function isDecorated(properties: readonly string[], name: TextRange, { classes }: FileFacts): boolean {
  const declared = classes.find(({ nameRange }) => nameRange.start === name.start);
  if (!declared) return false;
  const [first] = properties;
  const field = properties.length === 1 ? declared.fields.find((one) => one.name === first) : undefined;
  if (field?.decorators.some(isIndex)) return true;
  return declared.decorators.filter(isIndex).some((chain) => {
    const given = chain.links[0]?.arguments ?? [];
    if (given.some((one) => entry(one, 'where') ?? entry(one, 'expression'))) return false;
    return given.some((one) => isListOf(properties, one) || isListOf(properties, entry(one, 'properties')));
  });
}

function isIndex({ root }: ChainValue): boolean {
  return root === 'Index' || root === 'Unique';
}

/** `indexes: [{ fields: ['author_id'] }]` */
export function isAmongIndexes(columns: readonly string[], indexes: Value | undefined): boolean {
  const found = elementsOf(indexes) ?? [];
  return found.some((one) => !entry(one, 'where') && !entry(one, 'using') && isListOf(columns, entry(one, 'fields')));
}

/** `index('name').on(table.authorId)` in the list or object of a table's indexes. */
export function isOnTable(properties: readonly string[], indexes: ArrayValue | ObjectValue): boolean {
  const values = indexes.kind === 'array' ? indexes.elements : indexes.entries;
  return values.some(({ value }) => {
    if (value.kind !== 'chain' || value.links.some(({ name }) => name === 'where')) return false;
    const on = value.links.find(({ name }) => name === 'on')?.arguments ?? [];
    const named = on.map((column) => (column.kind === 'chain' ? column.links.map(({ name }) => name).join('.') : ''));
    return isSame(properties, named);
  });
}

function isListOf(names: readonly string[], value: Value | undefined): boolean {
  return isSame(names, oneOrMany(value).map(stringOf));
}

function isSame(names: readonly string[], others: readonly (string | undefined)[]): boolean {
  return names.length === others.length && names.every((name, i) => name === others[i]);
}
