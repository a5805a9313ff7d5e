import type { ClassFacts, FileFacts } from '../../facts/facts';
import { camelize, classify, pluralize, singularize, tableNameOf, underscore } from '../../facts/ruby/inflections';
import { entry, isFalse, isTrue, stringOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { hooksOf } from './hooks';
import { schemaColumns } from './schema-file';
import { bodyOf, defaultScopeOf, type Enums, enumsOf, type ScopeBody, scopesOf } from './scopes';
import { symbolOf, wordOf } from './symbols';

export const library = 'activerecord';

export interface ModelFacts {
  readonly model: Model;
  readonly class: ClassFacts;
  readonly file: FileFacts;
  readonly primaryKey: string;
  readonly scopes: ReadonlyMap<string, ScopeBody>;
  readonly defaultScope?: ScopeBody;
  readonly associationScopes: ReadonlyMap<string, ScopeBody>;
  /** Names of relations whose other side is known at run time only, or that could not be resolved. */
  readonly unresolved: ReadonlySet<string>;
  /** Enumerations' methods: `enum status: { draft: 0 }` gives `Post.draft`. */
  readonly enums: Enums;
}

interface Declared {
  readonly name: string;
  readonly macro: string;
  readonly link: Link;
  readonly options: Value | undefined;
}

/** What the classes of a program that extend ActiveRecord::Base declare. */
export class ActiveRecordModels {
  readonly models: readonly Model[];
  readonly #facts: readonly ModelFacts[];
  readonly #byClass = new Map<ClassFacts, ModelFacts>();
  readonly #byModel = new Map<string, ModelFacts>();

  constructor(tracer: Tracer) {
    const columns = schemaColumns(tracer);
    const classes = [...tracer.files.values()].flatMap((file) =>
      file.languageId === 'ruby' ? file.classes.map((of) => ({ of, file })) : [],
    );
    const kinds = new Map(classes.map((one) => [one.of.name, one]));
    const isModel = (of: ClassFacts, depth = 0): boolean => {
      const base = of.extends?.root;
      if (typeof base !== 'string' || depth > 10) return false;
      if (/^(?:ActiveRecord::Base|ApplicationRecord)$/.test(base)) return true;
      const next = kinds.get(base);
      return next !== undefined && next.of !== of && isModel(next.of, depth + 1);
    };
    const found = classes.filter(({ of }) => isModel(of) && !isAbstract(of));
    const tables = new Map(found.map(({ of }) => [of.name, tableOf(of, kinds)]));
    this.#facts = found.map(({ of, file }) => {
      const table = tables.get(of.name) ?? tableNameOf(of.name);
      const primaryKey = stringOf(fieldOf(of, 'primary_key')) ?? 'id';
      const declared = new Map(found.map((one) => [one.of.name, declaredIn(one.of)]));
      const associations = associationsOf(of, { tables, declared, primaryKey });
      const names = new Set(associations.map(({ name }) => name));
      const at = { file, function: 0 };
      return {
        model: {
          library,
          name: of.name,
          table,
          columns: columns.get(table) ?? [],
          associations,
          uri: file.uri,
          range: of.nameRange,
          hooks: hooksOf(lineage(of, kinds, found)),
        },
        class: of,
        file,
        primaryKey,
        scopes: scopesOf(of, at),
        associationScopes: new Map(declaredIn(of).flatMap((one) => bodyOf(one.name, one.link, at))),
        ...defaultScopeOf(of, at),
        unresolved: new Set(declaredIn(of).flatMap(({ name }) => (names.has(name) ? [] : [name]))),
        enums: enumsOf(of),
      };
    });
    this.models = this.#facts.map(({ model }) => model);
    for (const facts of this.#facts) {
      this.#byClass.set(facts.class, facts);
      this.#byModel.set(facts.model.name, facts);
    }
  }

  ofClass(of: ClassFacts): ModelFacts | undefined {
    // A class may be opened in several files.
    return this.#byClass.get(of) ?? this.#byModel.get(of.name);
  }

  named(name: string): ModelFacts | undefined {
    return this.#byModel.get(name);
  }
}

/** Every place that opens the class, and those that it extends. */
function lineage(
  of: ClassFacts,
  kinds: ReadonlyMap<string, { readonly of: ClassFacts }>,
  found: readonly { readonly of: ClassFacts }[],
  depth = 0,
): ClassFacts[] {
  const own = found.filter((one) => one.of.name === of.name).map((one) => one.of);
  const base = typeof of.extends?.root === 'string' ? kinds.get(of.extends.root)?.of : undefined;
  const all = own.length > 0 ? own : [of];
  return base && base !== of && depth < 10 ? [...all, ...lineage(base, kinds, found, depth + 1)] : all;
}

function isAbstract(of: ClassFacts): boolean {
  return of.name === 'ApplicationRecord' || isTrue(fieldOf(of, 'abstract_class'));
}

function fieldOf(of: ClassFacts, name: string): Value | undefined {
  return of.fields.findLast((field) => field.name === name)?.value;
}

/** Of a class below another model the other's: single table inheritance. */
function tableOf(of: ClassFacts, kinds: ReadonlyMap<string, { readonly of: ClassFacts }>, depth = 0): string {
  const own = wordOf(fieldOf(of, 'table_name'));
  if (own !== undefined) return own;
  const base = typeof of.extends?.root === 'string' ? kinds.get(of.extends.root)?.of : undefined;
  return base && !isAbstract(base) && depth < 10 ? tableOf(base, kinds, depth + 1) : tableNameOf(of.name);
}

function declaredIn(of: ClassFacts): Declared[] {
  return of.decorators.flatMap(({ links }) => {
    const [link] = links;
    const name = wordOf(link?.arguments?.[0]);
    if (!link || name === undefined || !/^(?:belongs_to|has_many|has_one|has_and_belongs_to_many)$/.test(link.name))
      return [];
    return [{ name, macro: link.name, link, options: link.arguments?.find(({ kind }) => kind === 'object') }];
  });
}

interface Known {
  readonly tables: ReadonlyMap<string, string>;
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
  readonly primaryKey: string;
}

function associationsOf(of: ClassFacts, known: Known): Association[] {
  return declaredIn(of).flatMap((one) => associationOf(of, one, known) ?? []);
}

function associationOf(of: ClassFacts, one: Declared, known: Known, depth = 0): Association | undefined {
  const { name, macro, link, options } = one;
  if (isTrue(entry(options, 'polymorphic')) || depth > 5) return undefined;
  const range = link.range;
  const word = wordOf(entry(options, 'class_name'))?.replace(/^::/, '');
  const target = known.tables.has(word ?? '') ? word : nearest(word ?? targetName(name, macro), of.name, known);
  const key = wordOf(entry(options, 'foreign_key'));
  const shared = { name, range, isLazy: true as const };
  const own = `${underscore(of.name.split('::').at(-1) ?? of.name)}_id`;
  const through = symbolOf(entry(options, 'through'));
  if (through !== undefined) return throughOf(of, one, through, known, depth);
  if (target === undefined) return undefined;
  if (macro === 'belongs_to') {
    const referenced = [wordOf(entry(options, 'primary_key')) ?? 'id'];
    return { ...shared, kind: 'belongsTo', target, foreignKey: [key ?? `${name}_id`], referenced };
  }
  const referenced = [wordOf(entry(options, 'primary_key')) ?? known.primaryKey];
  if (macro === 'has_and_belongs_to_many') {
    const tables = [known.tables.get(of.name) ?? '', known.tables.get(target) ?? ''].sort();
    const table = wordOf(entry(options, 'join_table')) ?? tables.join('_');
    const otherKey = [wordOf(entry(options, 'association_foreign_key')) ?? `${underscore(target)}_id`];
    const joined = { table, otherKey, otherReferenced: ['id'] };
    return { ...shared, kind: 'belongsToMany', target, foreignKey: [key ?? own], referenced, through: joined };
  }
  const as = wordOf(entry(options, 'as'));
  const foreign = key ?? (as === undefined ? own : `${as}_id`);
  const back = known.declared.get(target)?.find((each) => {
    const counts = entry(each.options, 'counter_cache');
    const points = wordOf(entry(each.options, 'foreign_key')) ?? `${each.name}_id`;
    return each.macro === 'belongs_to' && counts && !isFalse(counts) && points === foreign;
  });
  const inverse = symbolOf(entry(options, 'inverse_of')) ?? automaticInverse(of, one, target, known);
  const details = {
    ...(as === undefined ? {} : { typeColumn: `${as}_type`, typeName: of.name }),
    ...(back ? { isCounted: true } : {}),
  };
  return {
    ...shared,
    kind: macro === 'has_many' ? 'hasMany' : 'hasOne',
    target,
    foreignKey: [foreign],
    referenced,
    ...(inverse === undefined ? {} : { inverse }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}

/** `post.comments` gives each comment its post: Rails sees that they belong together, unless options say how. */
function automaticInverse(
  of: ClassFacts,
  { link, options }: Declared,
  target: string,
  known: Known,
): string | undefined {
  const name = underscore(of.name.split('::').at(-1) ?? of.name);
  const isPlain = (each: Declared) =>
    !each.link.arguments?.some(({ kind }) => kind === 'function') &&
    !['foreign_key', 'polymorphic', 'as', 'class_name'].some((option) => entry(each.options, option));
  const back = known.declared.get(target)?.find((each) => each.macro === 'belongs_to' && each.name === name);
  return back && isPlain(back) && isPlain({ name, macro: '', link, options }) ? name : undefined;
}

/** `has_many :tags, through: :taggings`: the way goes by the other association's table. */
function throughOf(
  of: ClassFacts,
  { name, macro, link, options }: Declared,
  through: string,
  known: Known,
  depth: number,
): Association | undefined {
  const first = known.declared.get(of.name)?.find((one) => one.name === through);
  const middle = first && associationOf(of, first, known, depth + 1);
  if (!middle || middle.through || middle.details?.typeColumn || middle.kind === 'belongsTo') return undefined;
  const sources = known.declared.get(middle.target) ?? [];
  const asked = wordOf(entry(options, 'source'));
  const names = asked === undefined ? [singularize(name), name] : [asked];
  const source = names.map((word) => sources.find((one) => one.name === word)).find((one) => one !== undefined);
  const other = source && known.declared.has(middle.target) ? classNamed(middle.target) : undefined;
  const last = source && other && associationOf(other, source, { ...known, primaryKey: 'id' }, depth + 1);
  if (!last || last.through || last.details?.typeColumn) return undefined;
  const isBelongs = last.kind === 'belongsTo';
  return {
    name,
    range: link.range,
    isLazy: true,
    kind: macro === 'has_one' ? 'hasOne' : 'belongsToMany',
    target: last.target,
    foreignKey: middle.foreignKey,
    referenced: middle.referenced,
    through: {
      table: known.tables.get(middle.target) ?? pluralize(underscore(middle.target)),
      otherKey: isBelongs ? last.foreignKey : last.referenced,
      otherReferenced: isBelongs ? last.referenced : last.foreignKey,
    },
    details: { through, source: last.name },
  };
}

/** Enough of a class for its associations' names. */
function classNamed(name: string): ClassFacts {
  const range = { start: 0, end: 0 };
  return { name, decorators: [], fields: [], methods: [], within: 0, nameRange: range, range };
}

function targetName(name: string, macro: string): string {
  return /many$/.test(macro) ? classify(name) : camelize(name);
}

/** `Post` inside of `Blog` is `Blog::Post` where that is there. */
function nearest(name: string, within: string, { tables }: Known): string | undefined {
  const modules = within.split('::').slice(0, -1);
  for (let depth = modules.length; depth >= 0; depth--) {
    const full = [...modules.slice(0, depth), name].join('::');
    if (tables.has(full)) return full;
  }
  return undefined;
}
