import type { Model } from '../../code/models/model';
import type { DocumentEdit, EditFix, IndexDefinition } from '../../nouns/fix';
import { prismaIndex } from './prisma';
import { typeormIndex } from './typeorm';

/** Where one library's models keep their indexes. A new one is a file here and a line below. */
export type IndexWriter = (index: PlainIndex, model: Model, source: string) => readonly DocumentEdit[] | undefined;

/** A btree of columns, without anything that declarations cannot say. */
export interface PlainIndex {
  readonly name: string;
  readonly columns: readonly { readonly property: string; readonly isDescending: boolean }[];
}

const writers: ReadonlyMap<string, { readonly write: IndexWriter; readonly word: string }> = new Map([
  ['prisma', { write: prismaIndex, word: '@@index' }],
  ['typeorm', { write: typeormIndex, word: '@Index' }],
]);

/**
 * The index in the model's own declaration, from which the tool makes its next migration. Undefined for what a declaration
 * cannot say: expressions, conditions, included columns, other methods than btree, the order of nulls.
 */
export function indexInModel(index: IndexDefinition, model: Model, source: string): EditFix | undefined {
  const writer = writers.get(model.library);
  if (!writer || model.table !== index.table || (model.schema ?? 'public') !== index.schema) return undefined;
  if (index.method !== 'btree' || index.where !== undefined || (index.include?.length ?? 0) > 0) return undefined;
  const columns = index.columns.map(({ name, isExpression, operatorClass, nulls, descending }) => {
    const property = model.columns.find(({ column }) => column === name)?.property;
    const isPlain = !isExpression && operatorClass === undefined && nulls === undefined;
    return property !== undefined && isPlain ? { property, isDescending: descending === true } : undefined;
  });
  const plain = columns.filter((column) => column !== undefined);
  if (plain.length < columns.length || !/^\w+$/.test(index.name)) return undefined;
  const edits = writer.write({ name: index.name, columns: plain }, model, source);
  if (!edits) return undefined;
  return {
    kind: 'edit',
    title: `Declare the index on ${model.name} (${writer.word})`,
    edits: edits.map((edit) => ({ ...edit, uri: model.uri })),
    note: 'The migration that the tool makes of it blocks writes to the table while the index is built.',
  };
}
