import type { Model, ModelColumn } from '../../code/models/model';
import type { EditFix, IndexDefinition } from '../../nouns/fix';
import { drizzleIndex } from './drizzle';
import { mikroOrmIndex } from './mikro-orm';
import { prismaIndex } from './prisma';
import { sequelizeIndex } from './sequelize';
import { typeormIndex } from './typeorm';
import { allKnown, type IndexWriter, type ModelFile } from './writer';

/** What makes the index in the database of what the model says. */
interface Tool {
  readonly write: IndexWriter;
  readonly note: string;
}

const tools: ReadonlyMap<string, Tool> = new Map([
  ['prisma', { write: prismaIndex, note: afterwards('prisma migrate dev') }],
  ['typeorm', { write: typeormIndex, note: afterwards('typeorm migration:generate') }],
  ['drizzle', { write: drizzleIndex, note: afterwards('drizzle-kit generate') }],
  ['mikro-orm', { write: mikroOrmIndex, note: afterwards('mikro-orm migration:create') }],
  [
    'sequelize',
    {
      write: sequelizeIndex,
      note: 'Only sync() creates it from there, without CONCURRENTLY: writes to the table wait meanwhile; a project with migrations needs one as well.',
    },
  ],
]);

function afterwards(command: string): string {
  return `Then run ${command}: the migration that it makes is without CONCURRENTLY, so writes to the table wait while it runs.`;
}

/** Libraries whose models can say it. */
export const librariesWithIndexes: readonly string[] = [...tools.keys()];

/**
 * The index in the model's own declaration, under the same name as elsewhere, so that it is the same index. Undefined
 * where the library's declarations cannot say it, and where the declaration is not written in a way that is known.
 */
export function indexInModel(index: IndexDefinition, model: Model, file: ModelFile): EditFix | undefined {
  const tool = tools.get(model.library);
  if (!tool || model.table !== index.table || (model.schema ?? 'public') !== index.schema) return undefined;
  const columns = index.columns.map((column) => {
    if (column.isExpression) return column;
    const property = propertyOf(column.name, model.columns);
    return property === undefined ? undefined : { ...column, property };
  });
  const known = allKnown(columns);
  if (!known || !/^\w+$/.test(index.name) || new RegExp(`\\b${index.name}\\b`).test(file.source)) return undefined;
  const edits = tool.write({ ...index, columns: known }, model, file);
  if (!edits) return undefined;
  return {
    kind: 'edit',
    title: `add it to the model ${model.name} (${/[^/\\]*$/.exec(model.uri)?.[0]})`,
    edits: edits.map((edit) => ({ ...edit, uri: model.uri })),
    note: tool.note,
  };
}

/** Undefined for one of several columns of a property: the others would come with it. */
function propertyOf(column: string, columns: readonly ModelColumn[]): string | undefined {
  const property = columns.find((one) => one.column === column)?.property;
  const isOne = columns.filter((one) => one.property === property).length === 1;
  return property !== undefined && isOne && /^[\w$]+$/.test(property) ? property : undefined;
}
