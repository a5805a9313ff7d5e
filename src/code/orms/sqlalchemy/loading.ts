import { pathOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import { joined, type SqlText, sql } from '../support/sql-text';
import { keysOf, quote } from './expressions';
import type { Query } from './query';

interface Step {
  readonly kind: string;
  readonly of: Model;
  readonly association: Association;
  readonly target: Model;
  readonly path: string;
  readonly range: Link['range'];
}

/** What is loaded with the rows: `selectinload(Post.comments)`, `joinedload(Post.author)`, a relationship that is always loaded. */
export class Loading {
  readonly loads: { path: string; range: Link['range'] }[] = [];
  /** Joins of their own, behind those of the program. */
  readonly joins: string[] = [];
  readonly columns: SqlText[] = [];
  readonly #query: Query;
  readonly #later: Step[] = [];
  readonly #aliases = new Map<string, string>();
  #hasDefaults = false;

  constructor(query: Query) {
    this.#query = query;
  }

  /** Those that the model itself asks for. */
  defaults(): void {
    const { model } = this.#query;
    if (this.#hasDefaults || !model) return;
    this.#hasDefaults = true;
    for (const association of model.associations) {
      if (!association.isEager || this.loads.some(({ path }) => path === association.name)) continue;
      this.#load([association.name], model.range, String(association.details?.lazy));
    }
  }

  /** `selectinload(Post.comments).joinedload(Comment.author)` */
  option(value: Value): void {
    if (value.kind !== 'chain') {
      this.#query.unknown('Options are decided at run time.');
      return;
    }
    const names: string[] = [];
    for (const link of value.links) {
      const kind = link.name === '' ? String(value.root) : link.name;
      const path = pathOf(link.arguments?.[0]);
      if (!/^(?:selectinload|joinedload|subqueryload|contains_eager)$/.test(kind) || !path) {
        if (link.arguments) this.#query.unknown(`The option ${kind} is not read.`);
        continue;
      }
      names.push(path.at(-1) ?? '');
      this.#load([...names], value.range, kind);
    }
  }

  #load(names: readonly string[], range: Link['range'], kind: string): void {
    let of: Model | undefined;
    let target = this.#query.model;
    let association: Association | undefined;
    for (const name of names) {
      of = target;
      association = of?.associations.find((one) => one.name === name);
      target = of && association && this.#query.target(of, association);
    }
    const path = names.join('.');
    if (!of || !association || !target) {
      this.#query.unknown(`${path} is no relationship that is known.`);
      return;
    }
    this.loads.push({ path, range });
    const step: Step = { kind, of, association, target, path, range };
    if (kind === 'contains_eager') {
      const table = quote(target.table);
      if (this.#query.has(target)) this.columns.push(columnsOf(target, table));
      else this.#query.unknown(`${target.name} is not joined.`);
    } else if (/^joined/.test(kind)) this.#join(step, names);
    else this.#later.push(step);
  }

  #join({ of, association, target, path }: Step, names: readonly string[]): void {
    const before = names.slice(0, -1).join('.');
    const from = before === '' ? quote(of.table) : this.#aliases.get(before);
    const isList = /Many$/.test(association.kind);
    if (from === undefined || (isList && this.#query.limit !== undefined)) {
      this.#query.unknown(`How ${path} is loaded is not read.`);
      return;
    }
    const count = [...this.#aliases.values()].filter((one) => one.startsWith(`${target.table}_`)).length;
    const alias = quote(`${target.table}_${count + 1}`);
    this.#aliases.set(path, alias);
    this.columns.push(columnsOf(target, alias));
    const table = `${quote(target.table)} AS ${alias}`;
    const { through } = association;
    if (!through) {
      this.joins.push(`LEFT OUTER JOIN ${table} ON ${keysOf(of, association, target, from, alias)}`);
      return;
    }
    const link = quote(`${through.table}_1`);
    const inner = `${alias}.${quote(through.otherReferenced[0] ?? '')} = ${link}.${quote(through.otherKey[0] ?? '')}`;
    const outer = `${from}.${quote(association.referenced[0] ?? '')} = ${link}.${quote(association.foreignKey[0] ?? '')}`;
    this.joins.push(`LEFT OUTER JOIN (${quote(through.table)} AS ${link} JOIN ${table} ON ${inner}) ON ${outer}`);
  }

  /** The statements that follow, each for the rows of the one before. */
  followUps(): { sql: SqlText; isFollowUp: true }[] {
    return this.#later.flatMap((step) => {
      const text = /^subquery/.test(step.kind) ? this.#bySubquery(step) : this.#byKeys(step);
      return text ? [{ sql: text, isFollowUp: true as const }] : [];
    });
  }

  #byKeys({ association, target, path, range }: Step): SqlText {
    const given: SqlText = [{ source: `keys of ${path}`, range }];
    const table = quote(target.table);
    const { through, kind, foreignKey, referenced } = association;
    const columns = columnsOf(target, table);
    if (!through) {
      const key = quote((kind === 'belongsTo' ? referenced[0] : foreignKey[0]) ?? '');
      return sql`SELECT ${columns} FROM ${table} WHERE ${table}.${key} IN (${given})`;
    }
    const link = quote(through.table);
    const key = `${link}.${quote(foreignKey[0] ?? '')}`;
    const on = `${table}.${quote(through.otherReferenced[0] ?? '')} = ${link}.${quote(through.otherKey[0] ?? '')}`;
    return sql`SELECT ${key}, ${columns} FROM ${link} JOIN ${table} ON ${on} WHERE ${key} IN (${given})`;
  }

  #bySubquery({ of, association, target, path }: Step): SqlText | undefined {
    const { kind, referenced, foreignKey } = association;
    if (kind !== 'hasMany' || path.includes('.') || this.#query.limit !== undefined) {
      this.#query.unknown(`How ${path} is loaded is not read.`);
      return undefined;
    }
    const key = quote(`${of.table}_${referenced[0]}`);
    const table = quote(target.table);
    const inner = sql`SELECT ${quote(of.table)}.${quote(referenced[0] ?? '')} AS ${key} ${this.#query.source()}`;
    const on = `anon_1.${key} = ${table}.${quote(foreignKey[0] ?? '')}`;
    const list = joined([columnsOf(target, table), [`anon_1.${key}`]], ', ');
    return sql`SELECT ${list} FROM (${inner}) AS anon_1 JOIN ${table} ON ${on}`;
  }
}

function columnsOf(model: Model, from: string): SqlText {
  return [model.columns.map(({ column }) => `${from}.${quote(column)}`).join(', ')];
}
