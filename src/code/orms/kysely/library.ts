import type { ChainValue } from '../../facts/values';
import { callTaking } from '../../resolve/follow-parameters';
import type { Origin, Tracer } from '../../resolve/origin';
import { type InterpretedLibrary, Interpreter } from '../interpreter/interpreter';
import { entryOf, itemsOf, LibraryFunction, LibraryThing, type Thing } from '../interpreter/things';
import { Database } from './database';
import { type Building, ExpressionBuilder } from './expression-builder';
import type { CamelCase } from './print';
import { postgresHelper, SqlTag } from './raw';
import { Select } from './select';
import type { DeclaredTables } from './tables';

/** What is known of the databases of a workspace. */
export interface Databases {
  /** Of the database whose type this is; of the only one where it is not known. */
  tablesOf(type: Origin | undefined): DeclaredTables | undefined;
  /** Of one whose construction is not in sight: what all of them, or those of the same type, do. */
  camelCaseOf(typeName: string | undefined): CamelCase | undefined;
  all(): readonly DeclaredTables[];
}

/** Methods of a database with which a query begins. */
export const starts: ReadonlySet<string> = new Set([
  ...['selectFrom', 'selectNoFrom', 'insertInto', 'updateTable', 'deleteFrom', 'mergeInto', 'with', 'withRecursive'],
]);

const types = /^(?:Kysely|Transaction|ControlledTransaction|QueryCreator)$/;

/** kysely as the interpreter sees it. `camelCase` is what the last database that was met does to names. */
export class KyselyLibrary implements InterpretedLibrary {
  readonly #building: Building;
  readonly #tracer: Tracer;
  readonly #databases: Databases;
  readonly #notes: Set<string>;
  tables: DeclaredTables | undefined;
  camelCase: CamelCase | undefined;
  #isMet = false;

  constructor(tracer: Tracer, databases: Databases, notes: Set<string>) {
    this.#tracer = tracer;
    this.#databases = databases;
    this.#notes = notes;
    this.#building = this.#buildingOf(undefined);
  }

  exported(packageName: string, path: readonly string[]): Thing | undefined {
    const [name] = path;
    if (name === undefined || path.length > 1) return undefined;
    if (packageName === 'kysely/helpers/postgres') return postgresHelper(name);
    if (packageName !== 'kysely') return undefined;
    if (name === 'sql') return new SqlTag(this.#notes);
    if (name === 'expressionBuilder') return new LibraryFunction(() => new ExpressionBuilder(this.#building));
    return undefined;
  }

  instance(origin: Origin & { readonly kind: 'instance' }): Thing | undefined {
    const { of } = origin;
    if (of.kind !== 'package' || of.package !== 'kysely') return undefined;
    const name = of.path.at(-1) ?? '';
    if (name === 'CamelCasePlugin') return new CamelCaseThing(origin, this.#tracer);
    if (types.test(name)) return this.#database(this.#camelCaseOf(origin), origin.types[0]);
    // `eb: ExpressionBuilder<DB, 'posts'>` of a helper that is read by itself.
    return name === 'ExpressionBuilder' ? new ExpressionBuilder(this.#building) : undefined;
  }

  /** The `trx` of `db.transaction().execute(async (trx) => …)`. */
  unexplained(origin: Origin): Thing | undefined {
    if (origin.kind !== 'parameter' || origin.index !== 0 || origin.path.length > 0) return undefined;
    const { file } = origin;
    const taking = callTaking(file.functions.indexOf(origin.function), { file, function: 0 });
    const links = taking?.chain.links;
    if (taking === undefined || links?.[taking.link]?.name !== 'execute') return undefined;
    const begin = links.findIndex(({ name }) => name === 'transaction' || name === 'connection');
    if (begin < 0) return undefined;
    const receiver = new Interpreter(this.#tracer, this).prefix(taking.chain, begin, taking.at);
    return receiver instanceof Database ? receiver : this.#database(this.#databases.camelCaseOf(undefined));
  }

  guess(chain: ChainValue): { readonly thing: Thing; readonly next: number } | undefined {
    const next = chain.links.findIndex(({ name, arguments: given }) => given !== undefined && starts.has(name));
    const first = chain.links[next];
    if (
      first === undefined ||
      (/^with/.test(first.name) && !chain.links.some(({ name }) => name !== first.name && starts.has(name)))
    ) {
      return undefined;
    }
    return { thing: this.#database(this.#databases.camelCaseOf(undefined)), next };
  }

  #database(camelCase: CamelCase | undefined, type?: Origin): Database {
    const tables = this.#databases.tablesOf(type);
    if (!this.#isMet) {
      this.camelCase = camelCase;
      this.tables = tables;
    }
    this.#isMet = true;
    return new Database(this.#buildingOf(tables), camelCase);
  }

  #buildingOf(tables: DeclaredTables | undefined): Building {
    return {
      notes: this.#notes,
      schema: undefined,
      columnsOf: (table) => tables?.columns(table) ?? [],
      selectFrom: (table, building) => Select.from(table, building),
    };
  }

  #camelCaseOf(origin: Origin & { readonly kind: 'instance' }): CamelCase | undefined {
    const [settings] = origin.arguments ?? [];
    if (settings === undefined || origin.at === undefined) return this.#databases.camelCaseOf(typeNameOf(origin));
    return camelCaseIn(new Interpreter(this.#tracer, this).evaluate(settings, origin.at));
  }
}

/** `Kysely<BlogDatabase>` → BlogDatabase */
export function typeNameOf({ types: [type] }: Origin & { readonly kind: 'instance' }): string | undefined {
  const of = type?.kind === 'instance' ? type.of : type;
  if (of?.kind === 'type') return of.type.name;
  return of?.kind === 'class' ? of.class.name : undefined;
}

/** `{ plugins: [new CamelCasePlugin()] }` */
export function camelCaseIn(settings: Thing): CamelCase | undefined {
  const plugin = itemsOf(entryOf(settings, 'plugins')).find((each) => each instanceof CamelCaseThing);
  return plugin?.options;
}

class CamelCaseThing extends LibraryThing {
  readonly options: CamelCase;

  constructor({ arguments: given, at }: Origin & { readonly kind: 'instance' }, tracer: Tracer) {
    super();
    const [settings] = given ?? [];
    const none: InterpretedLibrary = { exported: () => undefined, instance: () => undefined };
    const record = settings && at ? new Interpreter(tracer, none).evaluate(settings, at) : undefined;
    const isOn = (name: string) => {
      const flag = entryOf(record, name);
      return flag?.kind === 'constant' && flag.value === true;
    };
    this.options = {
      upperCase: isOn('upperCase'),
      underscoreBeforeDigits: isOn('underscoreBeforeDigits'),
      underscoreBetweenUppercaseLetters: isOn('underscoreBetweenUppercaseLetters'),
    };
  }
}
