import { entry, isTrue } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import { joined, type SqlText, sql } from '../support/sql-text';
import { attribute, expression, keysOf, quote, type Scope } from './expressions';
import type { Query } from './query';

/** The tables of a statement, as the program joins them: `join(Post.author)`, `outerjoin(Comment, …)`. */
export class From {
  readonly tables: Model[] = [];
  readonly #query: Query;
  readonly #joins: SqlText[] = [];
  /** Tables without a join: `tags, post_tags`. */
  readonly #beside: string[] = [];

  constructor(query: Query) {
    this.#query = query;
  }

  join(values: readonly Value[], isOuter: boolean): void {
    const options = values.findLast((one) => one.kind === 'object');
    const [first, second] = values.filter((one) => one !== options);
    const named = second && attribute(second, this.#query) ? second : first;
    const found = named && attribute(named, this.#query);
    const association = found?.model.associations.find(({ name }) => name === found.name);
    const word = isOuter || isTrue(entry(options, 'isouter')) ? 'LEFT OUTER JOIN' : 'JOIN';
    if (this.tables.length === 0 && this.#query.root) this.tables.push(this.#query.root);
    if (found && association) {
      const target = this.#query.target(found.model, association);
      if (target && this.#query.has(found.model)) this.#joinBy(word, found.model, association, target);
      else this.#query.unknown('A join is not read.');
      return;
    }
    const model = first && this.#query.modelOf(first);
    if (!model) {
      this.#query.unknown('A join is not read.');
      return;
    }
    if (second) {
      this.tables.push(model);
      this.#joins.push(sql`${word} ${quote(model.table)} ON ${this.#condition(second)}`);
      return;
    }
    const ways = this.tables.flatMap((of) => keysBetween(of, model, this.#query));
    const [only] = ways;
    if (ways.length === 1 && only) {
      this.tables.push(model);
      this.#joins.push([`${word} ${quote(model.table)} ON ${only}`]);
    } else this.#query.unknown(`How ${model.name} is joined is not known.`);
  }

  #joinBy(word: string, of: Model, association: Association, target: Model): void {
    if (this.#query.has(target)) this.#query.unknown(`${target.name} is joined twice.`);
    this.tables.push(target);
    const { through } = association;
    if (!through) {
      this.#joins.push([`${word} ${quote(target.table)} ON ${keysOf(of, association, target)}`]);
      return;
    }
    const alias = quote(`${through.table}_1`);
    const from = `${quote(of.table)}.${quote(association.referenced[0] ?? '')} = ${alias}.${quote(association.foreignKey[0] ?? '')}`;
    const to = `${quote(target.table)}.${quote(through.otherReferenced[0] ?? '')} = ${alias}.${quote(through.otherKey[0] ?? '')}`;
    this.#joins.push([
      `${word} ${quote(through.table)} AS ${alias} ON ${from} ${word} ${quote(target.table)} ON ${to}`,
    ]);
  }

  /** Conditions for the rows that belong to one: `tags, post_tags WHERE post_tags.post_id = $1`. */
  relatedTo(association: Association, target: Model, key: SqlText): SqlText[] {
    const { through, kind, referenced, foreignKey } = association;
    if (!through) {
      const column = quote((kind === 'belongsTo' ? referenced[0] : foreignKey[0]) ?? '');
      return [sql`${quote(target.table)}.${column} = ${key}`];
    }
    const link = quote(through.table);
    this.#beside.push(link);
    const other = `${link}.${quote(through.otherKey[0] ?? '')}`;
    const own = `${quote(target.table)}.${quote(through.otherReferenced[0] ?? '')}`;
    return [sql`${key} = ${link}.${quote(foreignKey[0] ?? '')}`, [`${own} = ${other}`]];
  }

  text(root: Model | undefined, joins: readonly string[]): SqlText {
    const tables = [quote(root?.table ?? ''), ...this.#beside].join(', ');
    const all = [...this.#joins, ...joins.map((one): SqlText => [one])].map((one) => sql` ${one}`);
    return sql`FROM ${tables}${joined(all, '')}`;
  }

  #condition(value: Value): SqlText {
    const text = expression(value, this.#query);
    if (!text) this.#query.unknown('The condition of a join is not read.');
    return text ?? [];
  }
}

/** The one way between two tables by their keys, whichever of the models says it. */
function keysBetween(of: Model, target: Model, scope: Scope): string[] {
  const ways = [of, target].flatMap((from) => {
    const to = from === of ? target : of;
    return from.associations
      .filter((one) => !one.through && scope.target(from, one) === to)
      .map((one) => keysOf(from, one, to));
  });
  return [...new Set(ways)];
}
