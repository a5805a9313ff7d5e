import { LibraryFunction, LibraryThing, type Method, type Thing, textOf } from '../interpreter/things';
import { Change } from './change';
import { type Building, CaseBuilder, maker } from './expression-builder';
import { functionModule } from './functions';
import { Insert } from './insert';
import { Merge } from './merge';
import {
  Compiled,
  CteName,
  Expression,
  Identifier,
  type Piece,
  Query,
  reference,
  Sent,
  SqlThing,
  separated,
} from './pieces';
import type { CamelCase } from './print';
import { Select } from './select';

interface Cte {
  readonly isRecursive: boolean;
  readonly pieces: readonly Piece[];
}

/** `new Kysely({ … })`, the `trx` of a transaction, the `qb` of `with`. */
export class Database extends LibraryThing {
  readonly camelCase: CamelCase | undefined;
  readonly #building: Building;
  readonly #ctes: readonly Cte[];

  constructor(building: Building, camelCase: CamelCase | undefined, ctes: readonly Cte[] = []) {
    super();
    this.#building = building;
    this.camelCase = camelCase;
    this.#ctes = ctes;
  }

  get #with(): readonly Piece[] {
    if (this.#ctes.length === 0) return [];
    const word = this.#ctes.some(({ isRecursive }) => isRecursive) ? 'with recursive ' : 'with ';
    return [word, ...separated(this.#ctes.map(({ pieces }) => pieces)), ' '];
  }

  override get(name: string): Thing | undefined {
    const building = this.#building;
    if (name === 'fn') return functionModule(building);
    if (name === 'dynamic') return new Dynamic();
    const method = this.#method(name);
    return method === undefined ? undefined : new LibraryFunction(method);
  }

  #method(name: string): Method | undefined {
    const building = this.#building;
    switch (name) {
      case 'selectFrom':
        return ([table]) => Select.from(table, building, this.#with);
      case 'selectNoFrom':
        return ([of]) => Select.withoutTable(of, building, this.#with);
      case 'insertInto':
        return ([table]) => Insert.into(table, building, this.#with);
      case 'updateTable':
        return ([table]) => Change.of('update', table, building, this.#with);
      case 'deleteFrom':
        return ([table]) => Change.of('delete', table, building, this.#with);
      case 'mergeInto':
        return ([table]) => Merge.into(table, building, this.#with);
      case 'with':
      case 'withRecursive':
        return (given) => this.#withCte(given, name === 'withRecursive');
      case 'case':
        return () => new CaseBuilder(['case'], maker(building));
      case 'withSchema':
        return ([schema]) => new Database({ ...building, schema: textOf(schema) }, this.camelCase, this.#ctes);
      case 'withPlugin':
      case 'withTables':
      case '$extendTables':
        return () => this;
      case 'withoutPlugins':
        return () => new Database(building, undefined, this.#ctes);
      case 'executeQuery':
        return ([query]) => {
          if (query instanceof Compiled) return new Sent(query.query, name);
          return query instanceof Query ? new Sent(query, name) : undefined;
        };
      case 'transaction':
      case 'connection':
        return () => new Settings(undefined);
      case 'startTransaction':
        return () => new Settings(this);
      default:
        return undefined;
    }
  }

  #withCte([name, make]: readonly Thing[], isRecursive: boolean): Thing | undefined {
    const inner = new Database(this.#building, this.camelCase);
    const made = make?.kind === 'function' ? make.call([inner]) : make;
    if (!(made instanceof SqlThing)) return undefined;
    const built = name?.kind === 'function' ? name.call([new CteFunction()]) : name;
    const head = built instanceof CteBuilder ? built : new CteBuilder(textOf(built) ?? '', '');
    const expression = made instanceof Query ? ['(', ...made.body(), ')'] : made.pieces;
    const cte: Cte = { isRecursive, pieces: [...head.name, ` as ${head.materialized}`, ...expression] };
    return new Database(this.#building, this.camelCase, [...this.#ctes, cte]);
  }
}

/** `(cte) => cte('popular').materialized()` */
class CteFunction extends LibraryThing {
  override call([name]: readonly Thing[]): Thing {
    return new CteBuilder(textOf(name) ?? '', '');
  }
}

class CteBuilder extends LibraryThing {
  readonly #text: string;
  readonly materialized: string;

  constructor(text: string, materialized: string) {
    super();
    this.#text = text;
    this.materialized = materialized;
  }

  /** `kept(id, name)` */
  get name(): readonly Piece[] {
    const [table = '', columns] = this.#text.split(/[()]/);
    if (columns === undefined) return [new CteName(table)];
    const names = columns.split(',').map((each) => [new Identifier(each.trim())]);
    return [new CteName(table), '(', ...separated(names), ')'];
  }

  override get(name: string): Thing | undefined {
    if (name === 'materialized') return new LibraryFunction(() => new CteBuilder(this.#text, 'materialized '));
    if (name === 'notMaterialized') return new LibraryFunction(() => new CteBuilder(this.#text, 'not materialized '));
    return undefined;
  }
}

/** `db.transaction().setIsolationLevel('serializable')`, whose `execute` sends nothing of the program's. */
class Settings extends LibraryThing {
  readonly #started: Thing | undefined;

  constructor(started: Thing | undefined) {
    super();
    this.#started = started;
  }

  override get(name: string): Thing | undefined {
    if (/^(?:setIsolationLevel|setAccessMode)$/.test(name)) return new LibraryFunction(() => this);
    return name === 'execute' ? new LibraryFunction(() => this.#started) : undefined;
  }
}

/** `db.dynamic.ref(column)` */
class Dynamic extends LibraryThing {
  override get(name: string): Thing | undefined {
    if (name !== 'ref') return undefined;
    return new LibraryFunction(([of]) => {
      const text = textOf(of);
      return text === undefined ? undefined : new Expression([reference(text)]);
    });
  }
}
