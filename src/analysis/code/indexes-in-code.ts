import type { Model } from '../../code/models/model';
import { Positions } from '../../code/positions';
import type { Program } from '../../code/program/program';
import { sharedFolders } from '../../code/resolve/paths';
import { indexInModel, librariesWithIndexes } from '../../fixes/index-in-code/index-in-model';
import type { EditFix, IndexDefinition } from '../../nouns/fix';

/** An index as the model of its table would declare it. */
export interface IndexInCode {
  readonly fix: EditFix;
  /** `Post` */
  readonly model: string;
  readonly path: string;
  /** Of the model, counted from 1. */
  readonly line: number;
  /** The text of the file that the edit is for. */
  readonly text: string;
}

/** One for each library whose model of the table is nearest to the file of that path, or as near as others. */
export async function indexesInCode(
  index: IndexDefinition,
  near: string,
  { models, files, roles }: Program,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<readonly IndexInCode[]> {
  const found = new Map<string, IndexInCode>();
  for (const model of nearest(
    librariesWithIndexes.flatMap((library) =>
      // Tests have models of their own.
      models.of(library).filter(({ uri }) => roles.isTest(near) || !roles.isTest(uri)),
    ),
    index,
    near,
  )) {
    const source = await textOf(model.uri);
    const facts = files.get(model.uri);
    const fix = source === undefined || !facts ? undefined : indexInModel(index, model, { source, facts });
    if (!fix || source === undefined || found.has(model.library)) continue;
    const { line } = new Positions(source).of(model.range);
    found.set(model.library, { fix, model: model.name, path: model.uri, line, text: source });
  }
  return [...found.values()];
}

/** Those of the nearest folder, and of several classes in one table the plainest first: the others extend it. */
function nearest(models: readonly Model[], { table, schema }: IndexDefinition, near: string): readonly Model[] {
  const ofTable = models.filter((model) => model.table === table && (model.schema ?? 'public') === schema);
  const most = Math.max(...ofTable.map(({ uri }) => sharedFolders(uri, near)));
  return ofTable
    .filter(({ uri }) => sharedFolders(uri, near) === most)
    .sort((a, b) => a.columns.length - b.columns.length);
}
