import { stringOf } from '../../facts/value-access';
import type { FunctionValue, Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import { quoted } from '../support/statement-text';
import type { ConditionReader } from './conditions';
import { entityOf, relationAt } from './entity';
import type { Join, Loaded, SelectQuery } from './select-query';

export interface JoinScope {
  readonly query: SelectQuery;
  readonly loads: Loaded[];
  readonly notes: Set<string>;
  conditions(): ConditionReader;
  /** The query that `(qb) => qb.select(…)` gives, in parentheses. */
  returnsQuery(value: FunctionValue): string | undefined;
  modelOf(value: Value): Model | undefined;
}

/** Reads `leftJoinAndSelect('post.author', 'author')`, `innerJoin(User, 'user', 'user.id = post.authorId')` and their like. */
export class BuilderJoins {
  readonly #scope: JoinScope;
  readonly #query: SelectQuery;

  constructor(scope: JoinScope) {
    this.#scope = scope;
    this.#query = scope.query;
  }

  read(link: Link): boolean {
    const match = /^(left|inner)Join(AndSelect|AndMapOne|AndMapMany)?$/.exec(link.name);
    if (match === null || link.arguments === undefined) return false;
    const isMapped = match[2]?.startsWith('AndMap') === true;
    const [target, alias, condition, parameters] = isMapped ? link.arguments.slice(1) : link.arguments;
    const name = stringOf(alias);
    const conditions = this.#scope.conditions();
    conditions.addParameters(parameters);
    const on = condition === undefined ? undefined : conditions.text(condition);
    if (target === undefined || name === undefined) {
      this.#scope.notes.add('A join that is made at run time is not included.');
      return true;
    }
    const direction: Join['direction'] = match[1] === 'left' ? 'LEFT' : 'INNER';
    if (!this.#joinTo(direction, target, name, on, match[2] !== undefined, link)) {
      this.#scope.notes.add(`The join ${name} is not understood and is not included.`);
      return true;
    }
    if (match[2] !== undefined) this.#query.selects.push({ selection: name });
    return true;
  }

  #joinTo(
    direction: Join['direction'],
    target: Value,
    name: string,
    condition: string | undefined,
    isSelected: boolean,
    link: Link,
  ): boolean {
    const on = condition === undefined ? {} : { condition };
    const path = this.#scope.conditions().written(target);
    const [parent = '', ...rest] = path?.split('.') ?? [];
    const parentEntity = this.#query.aliasNamed(parent)?.entity;
    const relation = parentEntity && relationAt(parentEntity, rest.join('.'));
    if (relation !== undefined) {
      this.#query.join(direction, { name, entity: relation.target }, { parent, relation, ...on });
      const range = link.arguments?.[0]?.range ?? link.range;
      if (isSelected) this.#scope.loads.push({ path: this.#pathTo(parent, relation.path), range });
      return true;
    }
    if (target.kind === 'function') {
      const source = this.#scope.returnsQuery(target);
      if (source === undefined) return this.#joinEntity(direction, target, name, on);
      this.#query.join(direction, { name, source }, on);
      return true;
    }
    if (path?.startsWith('(')) {
      this.#query.join(direction, { name, source: path }, on);
      return true;
    }
    if (this.#joinEntity(direction, target, name, on)) return true;
    // `user.roles` of a join that is not understood itself is no table of a schema `user`.
    if (path === undefined || parentEntity !== undefined || (rest.length > 0 && condition === undefined)) return false;
    this.#query.join(direction, { name, source: path.split('.').map(quoted).join('.') }, on);
    return true;
  }

  #joinEntity(direction: Join['direction'], target: Value, name: string, on: { condition?: string }): boolean {
    const model = this.#scope.modelOf(target);
    const entity = model && entityOf(model);
    if (entity === undefined) return false;
    this.#query.join(direction, { name, entity }, on);
    return true;
  }

  /** `author.profile` → the way from the main entity. */
  #pathTo(alias: string, path: string): string {
    const join = this.#query.joins.find((each) => each.alias.name === alias);
    return join?.parent === undefined || join.relation === undefined
      ? path
      : `${this.#pathTo(join.parent, join.relation.path)}.${path}`;
  }
}
