import type { Association, Model } from '../../models/model';
import type { SelectItem } from './query-text';

/** How an embedded table hangs on the one around it. */
export interface Embedding {
  readonly table: string;
  readonly schema?: string;
  /** One row for each, or a list. */
  readonly isOne: boolean;
  /** Columns of the table around and of this one, in pairs; of a many-to-many relation those of the junction. */
  readonly own: readonly string[];
  readonly other: readonly string[];
  readonly junction?: { readonly table: string; readonly own: readonly string[]; readonly other: readonly string[] };
}

/** The relation that `author:users!posts_author_id_fkey(name)` means; a sentence where the foreign keys do not say one. */
export function embeddingOf(models: readonly Model[], table: string, { name, embed }: SelectItem): Embedding | string {
  const from = models.find((each) => each.name === table);
  if (from === undefined) {
    return `How “${name}” belongs to “${table}” is not in the program (the types that Supabase generates say it); it is not included.`;
  }
  const hint = embed?.hint;
  const direct = from.associations.filter((each) => isMeant(each, name, hint)).map(directly);
  const found = direct.length > 0 ? direct : throughJunction(models, from, name, hint);
  const [only] = found;
  if (only === undefined) return `No foreign key leads from “${table}” to “${name}”; it is not included.`;
  if (found.length > 1) return `Several foreign keys lead from “${table}” to “${name}”; PostgREST asks for a hint.`;
  return only;
}

/** By the table's name, by the foreign key's column, or by its name. */
function isMeant(association: Association, name: string, hint: string | undefined): boolean {
  const { target, foreignKey, kind } = association;
  const constraint = association.details?.constraint;
  const isColumn = kind === 'belongsTo' && foreignKey.length === 1 && foreignKey[0] === name;
  if (target !== name && constraint !== name && !isColumn) return false;
  return hint === undefined || hint === constraint || foreignKey.includes(hint) || hint === target;
}

function directly({ kind, target, foreignKey, referenced }: Association): Embedding {
  return kind === 'belongsTo'
    ? { table: target, isOne: true, own: foreignKey, other: referenced }
    : { table: target, isOne: kind === 'hasOne', own: referenced, other: foreignKey };
}

/** A table with a foreign key to each of both. */
function throughJunction(models: readonly Model[], from: Model, name: string, hint: string | undefined): Embedding[] {
  const found = models.flatMap((junction): { readonly hasId: boolean; readonly embedding: Embedding }[] => {
    const own = junction.associations.filter(({ kind, target }) => kind === 'belongsTo' && target === from.name);
    const other = junction.associations.filter(({ kind, target }) => kind === 'belongsTo' && target === name);
    const [first] = own;
    const [second] = other.filter((each) => each !== first);
    if (first === undefined || second === undefined) return [];
    if (hint !== undefined && hint !== junction.name) return [];
    const embedding = {
      table: name,
      isOne: false,
      own: first.referenced,
      other: second.referenced,
      junction: { table: junction.table, own: first.foreignKey, other: second.foreignKey },
    };
    return [{ hasId: junction.columns.some(({ column }) => column === 'id'), embedding }];
  });
  // A junction's primary key is made of both foreign keys. The types do not say it, but a table with an id has another one.
  const junctions = found.some(({ hasId }) => !hasId) ? found.filter(({ hasId }) => !hasId) : found;
  return junctions.map(({ embedding }) => embedding);
}
