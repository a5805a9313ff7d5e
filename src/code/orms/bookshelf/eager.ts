import type { TextRange } from '../../../nouns/text-range';
import type { Expression } from '../knex/expression';
import type { Reader } from '../knex/reader';
import type { SqlText } from '../support/sql-text';
import type { BookshelfModels, ModelFacts } from './models';
import { applyConstraints, relationSelect, tableQuery } from './selects';

/** A path of `withRelated`, with the function that constrains it. */
export interface Asked {
  readonly path: readonly string[];
  readonly range: TextRange;
  readonly constrain?: Expression & { readonly kind: 'callable' };
}

/** `'author'`, `['author', { comments: (qb) => … }]` */
export function askedOf(reader: Reader, expression: Expression | undefined): readonly Asked[] {
  if (expression === undefined) return [];
  if (expression.kind === 'literal' && typeof expression.value === 'string') {
    return [{ path: expression.value.split('.'), range: expression.range }];
  }
  if (expression.kind === 'array') {
    if (expression.isOpen) reader.note('Relations that are chosen at run time are not included.');
    return expression.elements.flatMap((each) => askedOf(reader, reader.expression(each)));
  }
  if (expression.kind === 'object') {
    return expression.entries.map(({ key, value }): Asked => {
      const constrain = reader.expression(value);
      const asked = { path: key.split('.'), range: expression.range };
      return constrain.kind === 'callable' ? { ...asked, constrain } : asked;
    });
  }
  if (expression.kind !== 'literal') reader.note('Relations that are chosen at run time are not included.');
  return [];
}

interface Level {
  readonly model: ModelFacts;
  readonly asked: readonly Asked[];
}

/** One query for each relation, level by level. */
export function eagerStatements(
  reader: Reader,
  models: BookshelfModels,
  model: ModelFacts,
  all: readonly Asked[],
): readonly SqlText[] {
  const statements: SqlText[] = [];
  let level: Level[] = [{ model, asked: all }];
  while (level.length > 0) {
    const next: Level[] = [];
    for (const { model: parent, asked } of level) {
      for (const [name, inner] of byName(asked)) {
        const relation = models.relation(parent, name);
        if (!relation) {
          reader.note(`The relation ${name} of ${parent.name} is not known.`);
          continue;
        }
        const own = inner.find(({ path }) => path.length === 1);
        const range = (own ?? inner[0])?.range ?? relation.range;
        const query = tableQuery(reader, relation.target, range);
        applyConstraints(query, relation);
        const source = `${relation.parentKey} of ${parent.table}`;
        const constrain = own?.constrain;
        relationSelect(query, relation, {
          values: ['(', { source, range }, ')'],
          isMany: true,
          ...(constrain ? { constrain: (builder) => reader.call(constrain.callable, [builder], builder) } : {}),
        });
        statements.push(query.sql());
        const below = inner
          .filter(({ path }) => path.length > 1)
          .map((each) => ({ ...each, path: each.path.slice(1) }));
        if (below.length > 0) next.push({ model: relation.target, asked: below });
      }
    }
    level = next;
  }
  return statements;
}

function byName(asked: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> {
  const map = new Map<string, Asked[]>();
  for (const each of asked) {
    const [name = ''] = each.path;
    map.set(name, [...(map.get(name) ?? []), each]);
  }
  return map;
}
