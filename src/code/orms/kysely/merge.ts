import type { Method, Thing } from '../interpreter/things';
import { Change } from './change';
import { allColumns, conditionPieces, selectionPieces, sourcePieces, tablePieces } from './clauses';
import { type Building, made } from './expression-builder';
import { insertedRows } from './insert';
import { Identifier, type Piece, separated } from './pieces';
import { RunnableQuery } from './runnable';
import { clause } from './select';
import { assignments } from './write-parts';

interface MergeParts {
  readonly ctes: readonly Piece[];
  readonly table: readonly Piece[];
  readonly using: readonly Piece[];
  readonly whens: readonly (readonly Piece[])[];
  readonly returning: readonly (readonly Piece[])[];
}

const whens: Readonly<Record<string, string>> = {
  whenMatched: ' when matched',
  whenNotMatched: ' when not matched',
  whenNotMatchedBySource: ' when not matched by source',
};

/** `db.mergeInto('a').using('b', 'b.id', 'a.id').whenMatched().thenDelete()` */
export class Merge extends RunnableQuery {
  override readonly operation = 'upsert';
  readonly building: Building;
  readonly parts: MergeParts;

  constructor(building: Building, parts: MergeParts) {
    super(building.schema);
    this.building = building;
    this.parts = parts;
  }

  static into(table: Thing | undefined, building: Building, ctes: readonly Piece[]): Merge | undefined {
    const into = tablePieces(table, building);
    return into === undefined
      ? undefined
      : new Merge(building, { ctes, table: into, using: [], whens: [], returning: [] });
  }

  #with(parts: Partial<MergeParts>): Merge {
    return new Merge(this.building, { ...this.parts, ...parts });
  }

  body(): readonly Piece[] {
    const { ctes, table, using, whens, returning } = this.parts;
    return [...ctes, 'merge into ', ...table, ...using, ...whens.flat(), ...clause(' returning ', returning)];
  }

  protected override method(name: string): Method | undefined {
    const { building, parts } = this;
    const when = /^(when(?:NotMatchedBySource|NotMatched|Matched))(And|AndRef)?$/.exec(name);
    if (when !== null) {
      return (given) => {
        const more = when[2] === undefined ? undefined : conditionPieces(given, building, when[2] === 'AndRef');
        const pieces = [whens[when[1] ?? ''] ?? '', ...(more === undefined ? [] : [' and ', ...more])];
        return this.#with({ whens: [...parts.whens, pieces] });
      };
    }
    switch (name) {
      case 'using':
        return (given) => {
          const using = sourcePieces(' using ', given, building);
          return using === undefined ? undefined : this.#with({ using });
        };
      case 'thenDelete':
        return () => this.#then(['delete']);
      case 'thenDoNothing':
        return () => this.#then(['do nothing']);
      case 'thenUpdateSet':
        return (given) => this.#then(['update set ', ...separated(assignments(given, building))]);
      case 'thenUpdate':
        return ([act]) => {
          const built = act?.kind === 'function' ? act.call([Change.withoutTable(building)]) : undefined;
          return built instanceof Change ? this.#then(built.body()) : undefined;
        };
      case 'thenInsertValues':
        return ([rows]) => {
          if (rows === undefined) return undefined;
          const { columns, values } = insertedRows(made(rows, building), building);
          return this.#then(['insert (', ...separated(columns.map((each) => [new Identifier(each)])), ')', ...values]);
        };
      case 'returning':
        return ([of]) => this.#with({ returning: [...parts.returning, ...selectionPieces(of, building)] });
      case 'returningAll':
        return ([table]) => this.#with({ returning: [...parts.returning, ...allColumns(table)] });
      default:
        return undefined;
    }
  }

  #then(action: readonly Piece[]): Merge {
    const last = this.parts.whens.at(-1) ?? [];
    return this.#with({ whens: [...this.parts.whens.slice(0, -1), [...last, ' then ', ...action]] });
  }
}
