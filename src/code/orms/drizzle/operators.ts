import {
  constant,
  isUndefined,
  itemsOf,
  LibraryFunction,
  LibraryThing,
  list,
  type Thing,
  textOf,
  unknown,
} from '../interpreter/things';
import { pastedText } from '../support/pasted-text';
import { bound, isSql, joined, Name, Param, Sql, sql, Table } from './chunks';

const comparisons: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  notLike: 'not like',
  ilike: 'ilike',
  notIlike: 'not ilike',
  arrayContains: '@>',
  arrayContained: '<@',
  arrayOverlaps: '&&',
};

const aggregates: Readonly<Record<string, string>> = {
  count: 'count(',
  countDistinct: 'count(distinct ',
  avg: 'avg(',
  avgDistinct: 'avg(distinct ',
  sum: 'sum(',
  sumDistinct: 'sum(distinct ',
  max: 'max(',
  min: 'min(',
};

const distances: Readonly<Record<string, string>> = {
  l2Distance: '<->',
  l1Distance: '<+>',
  innerProduct: '<#>',
  cosineDistance: '<=>',
  hammingDistance: '<~>',
  jaccardDistance: '<%>',
};

/** What drizzle-orm exports to write conditions with; `notes` takes what is not known of them. */
export function operator(name: string, notes: Set<string>): Thing | undefined {
  const comparison = comparisons[name] ?? distances[name];
  if (comparison !== undefined) {
    return new LibraryFunction(([left, right]) =>
      left === undefined || right === undefined
        ? undefined
        : sql(['', ` ${comparison} `, ''], bound(left, left), bound(right, left)),
    );
  }
  const aggregate = aggregates[name];
  if (aggregate !== undefined) {
    return new LibraryFunction(([of]) => sql([aggregate, ')'], isUndefined(of) ? '*' : of));
  }
  switch (name) {
    case 'and':
    case 'or':
      return new LibraryFunction((given) => combined(given, ` ${name} `, notes));
    case 'not':
      return new LibraryFunction(([of]) => (isSql(of) ? sql(['not ', ''], of) : undefined));
    case 'isNull':
      return new LibraryFunction(([of]) => sql(['', ' is null'], of));
    case 'isNotNull':
      return new LibraryFunction(([of]) => sql(['', ' is not null'], of));
    case 'exists':
      return new LibraryFunction(([of]) => sql(['exists ', ''], of));
    case 'notExists':
      return new LibraryFunction(([of]) => sql(['not exists ', ''], of));
    case 'between':
    case 'notBetween': {
      const word = name === 'between' ? ' between ' : ' not between ';
      return new LibraryFunction(([of, low, high]) =>
        sql(['', word, ' and ', ''], of, bound(low, of), bound(high, of)),
      );
    }
    case 'inArray':
    case 'notInArray':
      return new LibraryFunction(([of, values]) => oneOf(of, values, name === 'notInArray'));
    case 'asc':
    case 'desc':
      return new LibraryFunction(([of]) => sql(['', ` ${name}`], of));
    case 'getTableColumns':
    case 'getColumns':
      return new LibraryFunction(([table]) => (table instanceof Table ? table.fields() : undefined));
    case 'getTableName':
      return new LibraryFunction(([table]) => (table instanceof Table ? constant(table.name) : undefined));
    case 'sql':
      return new SqlTag(notes);
    case 'aliasedTable':
    case 'alias':
      return new LibraryFunction(([table, alias]) => {
        const name = textOf(alias);
        return table instanceof Table && name !== undefined ? table.as(name) : undefined;
      });
    case 'placeholder':
      return placeholder();
    default:
      return undefined;
  }
}

function combined(given: readonly Thing[], separator: string, notes: Set<string>): Thing {
  const conditions = given.filter(
    (each) => !isUndefined(each) && (each.kind !== 'list' || each.items.length > 0 || each.isOpen),
  );
  const known = conditions.filter(isSql);
  if (known.length < conditions.length) notes.add('Conditions added at run time are not included.');
  const [only] = known;
  if (only === undefined) return constant(undefined);
  return known.length === 1 ? new Sql([only]) : new Sql(['(', joined(known, separator), ')']);
}

function oneOf(of: Thing | undefined, values: Thing | undefined, isNot: boolean): Thing | undefined {
  if (of === undefined || values === undefined) return undefined;
  const word = isNot ? ' not in ' : ' in ';
  if (values.kind === 'list') {
    if (values.items.length === 0 && !values.isOpen) return new Sql([isNot ? 'true' : 'false']);
    const items = values.items.map((item) => (isSql(item) ? item : new Param(item)));
    return sql(['', word, ''], of, list(items, values.range, values.isOpen));
  }
  if (isSql(values)) return sql(['', word, ''], of, values);
  return sql(['', `${word}(`, ')'], of, new Param(values));
}

function placeholder(): Thing {
  return new LibraryFunction(([name], place) => ({
    kind: 'unknown',
    source: textOf(name) ?? place.source,
    range: place.range,
  }));
}

/** The tag `sql` and what hangs on it: `sql.raw`, `sql.join`. */
class SqlTag extends LibraryThing {
  readonly #notes: Set<string>;

  constructor(notes: Set<string>) {
    super();
    this.#notes = notes;
  }

  override template(strings: readonly string[], values: readonly Thing[]): Thing {
    return sql(strings, ...values);
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'raw':
        return new LibraryFunction(([text]) => {
          const constantText = textOf(text);
          if (constantText !== undefined) return new Sql([constantText]);
          if (text?.kind !== 'unknown') return undefined;
          this.#notes.add(`The text that ${text.source} puts into the SQL is not known.`);
          return new Sql([pastedText(text.source)]);
        });
      case 'identifier':
        return new LibraryFunction(([text]) => {
          const constantText = textOf(text);
          return constantText === undefined ? undefined : new Name(constantText);
        });
      case 'join':
        return new LibraryFunction(([items, separator]) => {
          const between =
            separator instanceof Sql ? separator.chunks.filter((chunk) => typeof chunk === 'string').join('') : '';
          if (items?.kind !== 'list') return undefined;
          // One stands for those that are not known.
          if (items.items.length === 0 && items.isOpen) return new Sql([unknown('[…]', items.range)]);
          return joined(items.items, between);
        });
      case 'fromList':
        return new LibraryFunction(([items]) => new Sql(itemsOf(items)));
      case 'empty':
        return new LibraryFunction(() => new Sql([]));
      case 'param':
        return new LibraryFunction(([value]) => (value === undefined ? undefined : new Param(value)));
      case 'placeholder':
        return placeholder();
      default:
        return undefined;
    }
  }
}
