import type { FileFacts } from '../../facts/facts';
import type { Association, Model, ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { Interpreter } from '../interpreter/interpreter';
import { Table } from './chunks';
import { DrizzleLibrary } from './library';
import { type Casing, cased } from './print';
import { type Relation, Relations } from './schema';
import { detailsOf, relatedTable, type TableDetails } from './table-details';

interface Declared {
  readonly name: string;
  readonly table: Table;
  readonly uri: string;
  readonly start: number;
}

/** Tables, views and relations of the workspace: constants of files that import drizzle's. */
export function drizzleModels(tracer: Tracer): Model[] {
  const tables: Declared[] = [];
  const relations: Relations[] = [];
  const casings = new Set<Casing>();
  for (const file of tracer.files.values()) {
    if (!file.imports.some(({ from }) => /^drizzle-orm(?:\/|$)/.test(from))) continue;
    for (const { name, thing, casing, start } of declarationsOf(file, tracer)) {
      if (thing instanceof Table) tables.push({ name, table: thing, uri: file.uri, start });
      if (thing instanceof Relations) relations.push(thing);
      if (casing !== null) casings.add(casing);
    }
  }
  const casing = casings.size === 1 ? [...casings][0] : undefined;
  const relationsOf = new Map<Declared, Map<string, Relation>>();
  for (const declared of tables) {
    const own = relations.filter(({ table }) => table.isSame(declared.table));
    relationsOf.set(declared, new Map(own.flatMap((each) => [...each.relations])));
  }
  const models = tables.map((declared): Model => {
    const { name, table, uri, start } = declared;
    const details: TableDetails = { table, start, relations: relationsOf.get(declared) ?? new Map(), casing };
    return {
      library: 'drizzle',
      name,
      ...(table.schema === undefined ? {} : { schema: table.schema }),
      table: table.name,
      columns: [...table.columns.values()].map(
        (facts): ModelColumn => ({
          property: facts.property,
          column: facts.name ?? cased(facts.property, casing),
          type: facts.type,
          ...(facts.isPrimaryKey ? { isPrimaryKey: true as const } : {}),
          ...(facts.isGenerated ? { isGenerated: true as const } : {}),
          range: facts.range,
        }),
      ),
      associations: [],
      uri,
      range: table.range,
      details: { ...details },
    };
  });
  return models.map((model) => ({ ...model, associations: associationsOf(model, models) }));
}

function* declarationsOf(file: FileFacts, tracer: Tracer) {
  const at = { file, function: 0 };
  for (const { pattern, value } of file.functions[0]?.bindings ?? []) {
    if (value?.kind !== 'chain' || pattern.name === '') continue;
    let casing: Casing | null = null;
    const library = new DrizzleLibrary({ models: [], notes: new Set(), madeWith: (each) => (casing = each) });
    const thing = new Interpreter(tracer, library).evaluate(value, at);
    yield { name: pattern.name, thing, casing: casing as Casing | null, start: value.rootRange.start };
  }
}

function associationsOf(model: Model, models: readonly Model[]): Association[] {
  const { relations, casing } = detailsOf(model);
  const related = relatedTable(model, models);
  return [...relations].flatMap(([name, relation]): Association[] => {
    const resolved = related.relation(name);
    const target = models.find((other) => detailsOf(other).table.isSame(relation.table));
    if (resolved === undefined || target === undefined) return [];
    const isOwner = !relation.isMany && relation.fields.length > 0;
    const column = (of: Table) => (property: string) => of.columns.get(property)?.name ?? cased(property, casing);
    return [
      {
        name,
        kind: relation.isMany ? 'hasMany' : isOwner ? 'belongsTo' : 'hasOne',
        target: target.name,
        targetUri: target.uri,
        foreignKey: (isOwner ? resolved.fields : resolved.references).map(
          column(isOwner ? detailsOf(model).table : relation.table),
        ),
        referenced: (isOwner ? resolved.references : resolved.fields).map(
          column(isOwner ? relation.table : detailsOf(model).table),
        ),
        range: relation.range,
      },
    ];
  });
}
