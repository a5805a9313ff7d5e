import type { FileFacts, TypeFacts } from '../../facts/facts';
import { isChain, valuesIn } from '../../facts/value-access';
import type { ChainValue } from '../../facts/values';
import type { Origin, Tracer } from '../../resolve/origin';
import { Interpreter } from '../interpreter/interpreter';
import { camelCaseIn, type Databases, KyselyLibrary } from './library';
import type { CamelCase } from './print';
import { DeclaredTables } from './tables';

interface Made {
  /** `Kysely<Database>` → Database */
  readonly type: Origin | undefined;
  readonly typeName: string | undefined;
  readonly camelCase: CamelCase | undefined;
}

/** Every `new Kysely<DB>({ … })` and `KyselyModule.forRoot({ … })` of the workspace. */
export function databasesOf(tracer: Tracer): Databases {
  const files = [...tracer.files.values()];
  const made = files.flatMap((file) => madeIn(file, tracer));
  const known = new Map<TypeFacts, DeclaredTables>();
  const tablesOf = (type: Origin) => {
    const of = type.kind === 'instance' ? type.of : type;
    if (of.kind !== 'type') return undefined;
    const tables = known.get(of.type) ?? new DeclaredTables(tracer, of);
    known.set(of.type, tables);
    return tables;
  };
  const declared = [...made.flatMap(({ type }) => type ?? []), ...files.flatMap((file) => aliasedTypes(file, tracer))];
  const all = () => [...new Set(declared.flatMap((type) => tablesOf(type) ?? []))];
  return {
    all,
    tablesOf: (type) => {
      const own = type === undefined ? undefined : tablesOf(type);
      if (own !== undefined) return own;
      const [only, ...others] = all();
      return others.length === 0 ? only : undefined;
    },
    camelCaseOf: (typeName) => {
      const same = typeName === undefined ? [] : made.filter((each) => each.typeName === typeName);
      // `new Kysely<any>()` runs migrations, whose names are as they stand.
      const typed = made.filter((each) => each.typeName !== 'any');
      const all = [same, typed, made].find((some) => some.length > 0) ?? [];
      return all.find(({ camelCase }) => camelCase !== undefined) &&
        all.every(({ camelCase }) => camelCase !== undefined)
        ? all[0]?.camelCase
        : undefined;
    },
  };
}

const none: Databases = { camelCaseOf: () => undefined, tablesOf: () => undefined, all: () => [] };

/** `type Db = Kysely<Database>`, where the settings say no type: `KyselyModule.forRoot({ … })`. */
function aliasedTypes(file: FileFacts, tracer: Tracer): Origin[] {
  return (file.types ?? []).flatMap(({ alias }) => {
    const name = alias === undefined ? undefined : /^Kysely<\s*([\w.]+)\s*>$/.exec(alias)?.[1];
    return name === undefined ? [] : [tracer.traceType(name, { file, function: 0 })];
  });
}

function madeIn(file: FileFacts, tracer: Tracer): Made[] {
  if (!file.imports.some(({ from }) => /kysely/.test(from))) return [];
  const made: Made[] = [];
  const inDecorators = file.classes.flatMap(({ decorators, within }) => {
    // `@Module({ imports: [KyselyModule.forRoot({ … })] })`
    const chains = decorators.flatMap((each) => [...valuesIn(each)].filter(isChain));
    return chains.map((chain) => ({ chain, id: within }));
  });
  const inFunctions = file.functions.flatMap(({ uses }, id) => uses.map(({ chain }) => ({ chain, id })));
  for (const { chain, id } of [...inDecorators, ...inFunctions]) {
    if (!mayMake(chain)) continue;
    for (const value of valuesIn(chain)) {
      // The settings themselves, wherever a factory gives them.
      if (value.kind !== 'object' || !value.entries.some(({ key }) => key === 'dialect')) continue;
      const at = { file, function: id };
      const settings = new Interpreter(tracer, new KyselyLibrary(tracer, none, new Set())).evaluate(value, at);
      const typeName = chain.links.find(({ types }) => types !== undefined)?.types?.[0];
      const type = typeName === undefined ? undefined : tracer.traceType(typeName, at);
      made.push({ typeName, type, camelCase: camelCaseIn(settings) });
    }
  }
  return made;
}

function mayMake({ root, links, isNew }: ChainValue): boolean {
  if (isNew === true && (root === 'Kysely' || links[0]?.name === 'Kysely')) return true;
  return (
    typeof root === 'string' && /Kysely/.test(root) && links.some(({ name }) => /^(?:forRoot|register)/.test(name))
  );
}
