import { type Method, type Thing, unknown } from '../interpreter/things';
import { conditionPieces, joinPieces, tablePieces, withAnd } from './clauses';
import { type Conditions, noConditions, withCondition } from './conditions';
import { type Building, maker } from './expression-builder';
import { orderItems } from './order';
import { Identifier, type Piece, separated, valuePieces } from './pieces';
import { RunnableQuery } from './runnable';
import { clause } from './select';
import { type Assignments, assignments, returningMethod, tableOf, type WriteParts } from './write-parts';

interface ChangeParts extends WriteParts {
  readonly sets: Assignments;
  readonly from: readonly Piece[];
  readonly joins: readonly Piece[];
  readonly where: readonly Piece[];
  readonly conditions: Conditions;
  readonly orderBy: Assignments;
  readonly limit: readonly Piece[];
}

const nothing: ChangeParts = {
  ctes: [],
  table: [],
  sets: [],
  from: [],
  joins: [],
  where: [],
  conditions: noConditions,
  orderBy: [],
  limit: [],
  returning: [],
  end: [],
};

/** UPDATE and DELETE. */
export class Change extends RunnableQuery {
  readonly operation: 'update' | 'delete';
  readonly building: Building;
  readonly parts: ChangeParts;

  constructor(operation: 'update' | 'delete', building: Building, parts: ChangeParts) {
    super(building.schema);
    this.operation = operation;
    this.building = building;
    this.parts = parts;
  }

  static of(
    operation: 'update' | 'delete',
    table: Thing | undefined,
    building: Building,
    ctes: readonly Piece[],
  ): Change | undefined {
    const changed = tablePieces(table, building);
    return changed && new Change(operation, building, { ...nothing, ctes, table: changed });
  }

  /** `then update set …` of a MERGE. */
  static withoutTable(building: Building): Change {
    return new Change('update', building, nothing);
  }

  #with(parts: Partial<ChangeParts>): Change {
    return new Change(this.operation, this.building, { ...this.parts, ...parts });
  }

  /** Where nobody knows what is set, a column that the program compares stands for it; empty when there is none. */
  get sets(): Assignments {
    const { sets, conditions } = this.parts;
    const [first] = conditions.equals;
    if (sets.length > 0 || first === undefined || this.operation === 'delete') return sets;
    return [[new Identifier(first.property), ' = ', unknown(first.property, first.value.range)]];
  }

  body(): readonly Piece[] {
    const { ctes, table, from, joins, where, orderBy, limit, returning, end } = this.parts;
    const sets = this.sets;
    const head: readonly Piece[] =
      this.operation === 'delete'
        ? ['delete from ', ...table, ...clause(' using ', [from])]
        : ['update ', ...table, table.length === 0 ? 'set ' : ' set ', ...separated(sets), ...clause(' from ', [from])];
    return [
      ...ctes,
      ...head,
      ...joins,
      ...clause(' where ', [where]),
      ...clause(' returning ', returning),
      ...clause(' order by ', orderBy),
      ...clause(' limit ', [limit]),
      ...end,
    ];
  }

  protected override method(name: string): Method | undefined {
    const { building, parts } = this;
    switch (name) {
      case 'set':
        return (given) => this.#with({ sets: [...parts.sets, ...assignments(given, building, tableOf(parts.table))] });
      case 'from':
      case 'using':
        return ([source]) => {
          const from = tablePieces(source, building);
          if (from === undefined) return undefined;
          return this.#with({ from: parts.from.length === 0 ? from : [...parts.from, ', ', ...from] });
        };
      case 'where':
      case 'whereRef':
        return (given) =>
          this.#with({
            where: withAnd(parts.where, conditionPieces(given, building, name === 'whereRef')),
            conditions: withCondition(parts.conditions, given, name === 'whereRef'),
          });
      case 'clearWhere':
        return () => this.#with({ where: [], conditions: noConditions });
      case 'orderBy':
        return (given) => this.#with({ orderBy: [...parts.orderBy, orderItems(given, maker(building))] });
      case 'limit':
        return ([of]) => this.#with({ limit: valuePieces(of, maker(building)) });
      default:
        break;
    }
    if (/Join(?:Lateral)?$/.test(name)) {
      return (given) => {
        const join = joinPieces(name, given, building);
        return join === undefined ? undefined : this.#with({ joins: [...parts.joins, ...join] });
      };
    }
    return returningMethod(name, building, parts, (more) => this.#with(more));
  }
}
