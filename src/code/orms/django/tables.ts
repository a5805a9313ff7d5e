import type { Association, Model, ModelColumn } from '../../models/model';
import { type DjangoDetails, detailsOf } from './details';
import { quote } from './lookups';

/** A table in FROM. Whether its join is an outer one is settled while conditions are read. */
export interface Joined {
  /** undefined for the table between two models. */
  readonly model: Model | undefined;
  readonly table: string;
  readonly alias: string;
  readonly parent: Joined | undefined;
  readonly association: Association | undefined;
  readonly on: string;
  /** A row may have none: such a join is an outer one unless a condition needs it. */
  readonly isNullable: boolean;
  /** A row may have many. */
  readonly isMany: boolean;
  isOuter: boolean;
}

/** `author__name__icontains` → the column, the lookup, and what is joined for it. */
export interface Resolved {
  readonly text: string;
  /** Alias of the column's table. */
  readonly alias: string;
  readonly column: ModelColumn | undefined;
  /** `icontains` */
  readonly rest: string | undefined;
  /** Of the model that is asked, where the column is its own. */
  readonly property: string;
  /** The path names a relation, not a column: `author`. */
  readonly relation: Model | undefined;
  readonly isOwn: boolean;
  readonly isNullable: boolean;
  readonly joins: readonly Joined[];
}

type TargetOf = (model: Model, association: Association) => Model | undefined;

/** The tables of one query, joined as Django joins them. */
export class Tables {
  readonly root: Joined;
  readonly #joins: Joined[] = [];
  readonly #targetOf: TargetOf;
  readonly #prefix: string | undefined;

  /** `prefix`: of the aliases in a subquery, U0, U1, … */
  constructor(
    root: { readonly model: Model | undefined; readonly table: string },
    targetOf: TargetOf,
    prefix?: string,
  ) {
    this.#targetOf = targetOf;
    this.#prefix = prefix;
    const alias = prefix === undefined ? quote(root.table) : `${prefix}0`;
    const none = { parent: undefined, association: undefined, on: '' };
    this.root = { ...root, ...none, alias, isNullable: false, isMany: false, isOuter: false };
  }

  get isJoined(): boolean {
    return this.#joins.length > 0;
  }

  /** `"blog_post" INNER JOIN "auth_user" ON (…)` */
  text(): string {
    const named = ({ table, alias }: Joined) => (quote(table) === alias ? alias : `${quote(table)} ${alias}`);
    const joins = this.#joins.map(
      (one) => ` ${one.isOuter ? 'LEFT OUTER' : 'INNER'} JOIN ${named(one)} ON (${one.on})`,
    );
    return `${named(this.root)}${joins.join('')}`;
  }

  /** Of the aliases in a query that stands in this one. */
  nextPrefix(): string {
    return this.#prefix === undefined ? 'U' : String.fromCharCode(this.#prefix.charCodeAt(0) + 1);
  }

  /** For a look ahead, which joins nothing here. */
  copy(): Tables {
    const copy = new Tables(this.root, this.#targetOf, this.#prefix);
    copy.#joins.push(...this.#joins);
    return copy;
  }

  inner(): Joined[] {
    return this.#joins.filter(({ isOuter }) => !isOuter);
  }

  /** `reuse`: the joins to lists of rows that may be taken again; each filter() has rows of its own. */
  resolve(path: string, reuse?: Set<Joined>): Resolved | undefined {
    const parts = path.split('__');
    const joins: Joined[] = [];
    let at = this.root;
    for (const [index, part] of parts.entries()) {
      if (!at.model) return undefined;
      const rest = parts.slice(index + 1).join('__') || undefined;
      const isOwn = joins.length === 0;
      const own = columnOf(at.model, part);
      if (own) return { ...columnIn(at, own), rest, property: own.property, relation: undefined, isOwn, joins };
      const association = associationOf(at.model, part);
      const target = association && this.#targetOf(at.model, association);
      if (!association) return undefined;
      const next = parts[index + 1];
      const key = association.through?.otherReferenced[0] ?? association.referenced[0] ?? 'id';
      const isNamedKey = next !== undefined && (next === 'pk' || columnOf(target, next)?.column === key);
      const isEnd = next === undefined || isNamedKey || !target || isLookup(target, next);
      const after = parts.slice(index + (isNamedKey ? 2 : 1)).join('__') || undefined;
      const relation = isNamedKey ? undefined : target;
      if (association.kind === 'belongsTo' && isEnd) {
        const column = at.model.columns.find((one) => one.column === association.foreignKey[0]);
        const property = column?.property ?? association.name;
        const found = column ?? { property, column: association.foreignKey[0] ?? '' };
        return { ...columnIn(at, found), rest: after, property, relation, isOwn, joins };
      }
      if (!target) return undefined;
      if (association.through) {
        at = this.#link(at, association, reuse);
        joins.push(at);
        if (isEnd) {
          const column = { property: '', column: association.through.otherKey[0] ?? '' };
          return { ...columnIn(at, column), rest: after, property: 'pk', relation, isOwn: false, joins };
        }
      }
      at = this.#target(at, association, target, reuse);
      joins.push(at);
      if (next === undefined || isLookup(target, next)) {
        const column = columnOf(target, 'pk') ?? { property: 'id', column: 'id' };
        return { ...columnIn(at, column), rest, property: 'pk', relation: target, isOwn: false, joins };
      }
    }
    return undefined;
  }

  /** `select_related('author__profile')`: the tables on the way; undefined where one is not known. */
  related(path: string): Joined[] | undefined {
    let at = this.root;
    const all: Joined[] = [];
    for (const part of path.split('__')) {
      const association = at.model?.associations.find(({ name }) => name === part);
      const target = at.model && association && this.#targetOf(at.model, association);
      if (!association || !target || /Many$/.test(association.kind)) return undefined;
      at = this.#target(at, association, target);
      all.push(at);
    }
    return all;
  }

  /** The table between the rows and those that they belong to: `tags INNER JOIN post_tags`, to ask for the tags of a post. */
  owner(association: Association): Joined {
    const { table = '', otherKey = [], otherReferenced = [] } = association.through ?? {};
    const from = this.root;
    const on = (alias: string) =>
      `${from.alias}.${quote(otherReferenced[0] ?? '')} = ${alias}.${quote(otherKey[0] ?? '')}`;
    const flags = { isNullable: false, isMany: true };
    return this.#join({ model: undefined, table, parent: from, association, ...flags }, on, undefined);
  }

  #link(from: Joined, association: Association, reuse: Set<Joined> | undefined): Joined {
    const table = association.through?.table ?? '';
    const on = (alias: string) =>
      `${from.alias}.${quote(association.referenced[0] ?? 'id')} = ${alias}.${quote(association.foreignKey[0] ?? '')}`;
    const flags = { isNullable: true, isMany: true };
    return this.#join({ model: undefined, table, parent: from, association, ...flags }, on, reuse);
  }

  #target(from: Joined, association: Association, model: Model, reuse?: Set<Joined>): Joined {
    const { kind, through, foreignKey, referenced } = association;
    const [key = '', to = 'id'] = through
      ? [through.otherKey[0], through.otherReferenced[0]]
      : [foreignKey[0], referenced[0]];
    const isOwn = through !== undefined || kind === 'belongsTo';
    const on = (alias: string) =>
      isOwn
        ? `${from.alias}.${quote(key)} = ${alias}.${quote(to)}`
        : `${from.alias}.${quote(to)} = ${alias}.${quote(key)}`;
    const isNullable = !through && (!isOwn || association.isNullable === true);
    const flags = { isNullable, isMany: kind === 'hasMany' };
    return this.#join({ model, table: model.table, parent: from, association, ...flags }, on, reuse);
  }

  #join(
    wanted: Omit<Joined, 'alias' | 'on' | 'isOuter'> & { readonly parent: Joined },
    on: (alias: string) => string,
    reuse: Set<Joined> | undefined,
  ): Joined {
    const known = this.#joins.findLast(
      (one) =>
        one.parent === wanted.parent &&
        one.association === wanted.association &&
        one.table === wanted.table &&
        (!one.isMany || !reuse || reuse.has(one)),
    );
    if (known) return known;
    const isTaken = [this.root, ...this.#joins].some(({ alias }) => alias === quote(wanted.table));
    const number = this.#joins.length + (this.#prefix === undefined ? 2 : 1);
    const alias = isTaken || this.#prefix !== undefined ? `${this.#prefix ?? 'T'}${number}` : quote(wanted.table);
    const isOuter = wanted.isNullable || wanted.parent.isOuter;
    const joined = { ...wanted, alias, on: on(alias), isOuter };
    this.#joins.push(joined);
    reuse?.add(joined);
    return joined;
  }

  /** An OR needs rows that lack it, too. */
  promote(join: Joined): void {
    if (join.isOuter || !(join.isNullable || join.parent?.isOuter)) return;
    join.isOuter = true;
    for (const inner of this.#joins) if (inner.parent === join) this.promote(inner);
  }

  /** A condition that must hold needs the row. */
  demote(join: Joined): void {
    for (let at: Joined | undefined = join; at?.isOuter; at = at.parent) at.isOuter = false;
  }
}

function columnIn({ alias, model, isOuter }: Joined, column: ModelColumn) {
  const details: Partial<DjangoDetails> = model ? detailsOf(model) : {};
  const isNullable = isOuter || (details.nullable ?? []).includes(column.property);
  return { text: `${alias}.${quote(column.column)}`, alias, column, isNullable };
}

export function columnOf(model: Model | undefined, name: string): ModelColumn | undefined {
  return model?.columns.find((one) => (name === 'pk' ? one.isPrimaryKey : one.property === name));
}

export function associationOf(model: Model, name: string): Association | undefined {
  const reverse = detailsOf(model).queryNames[name];
  return model.associations.find((one) => one.name === name || one.name === reverse);
}

function isLookup(model: Model, name: string): boolean {
  return columnOf(model, name) === undefined && associationOf(model, name) === undefined;
}
