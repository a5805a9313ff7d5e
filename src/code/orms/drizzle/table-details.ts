import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Place } from '../../resolve/origin';
import type { Table } from './chunks';
import type { Casing } from './print';
import type { RelatedTable, ResolvedRelation } from './relational';
import type { Relation } from './schema';

/** What only drizzle's own reader needs of a model. */
export interface TableDetails {
  readonly table: Table;
  /** Where the declaration's expression begins. */
  readonly start: number;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Of the databases that the workspace makes, when they agree. */
  readonly casing: Casing;
}

/** Tables by the place of their declaration, so that each is read once. */
export class DeclaredTables {
  readonly #tables = new Map<string, Table>();

  constructor(models: readonly Model[]) {
    for (const model of models) {
      const { table, start } = detailsOf(model);
      this.#tables.set(`${model.uri} ${start}`, table);
    }
  }

  declaredBy({ rootRange, links }: ChainValue, { file }: Place): Table | undefined {
    // The declaration itself, not what hangs on it.
    return links.length > 2 ? undefined : this.#tables.get(`${file.uri} ${rootRange.start}`);
  }
}

export function detailsOf(model: Model): TableDetails {
  return model.details as unknown as TableDetails;
}

/** As normalizeRelation of drizzle-orm: a side without columns takes those of the other side. */
export function relatedTable(model: Model, models: readonly Model[]): RelatedTable {
  const { table, relations } = detailsOf(model);
  return {
    key: model.name,
    table,
    relation: (name): ResolvedRelation | undefined => {
      const relation = relations.get(name);
      const target = models.find((other) => relation !== undefined && detailsOf(other).table.isSame(relation.table));
      if (relation === undefined || target === undefined) return undefined;
      const found = { name, isMany: relation.isMany, table: relatedTable(target, models) };
      if (relation.fields.length > 0) return { ...found, fields: relation.fields, references: relation.references };
      const reverse = [...detailsOf(target).relations.values()].filter((other) =>
        relation.relationName === undefined
          ? other.table.isSame(table)
          : other !== relation && other.relationName === relation.relationName,
      );
      const [only] = reverse;
      if (reverse.length !== 1 || only === undefined || only.fields.length === 0) return undefined;
      return { ...found, fields: only.references, references: only.fields };
    },
  };
}
