import type { OptionPlace, PoolOptions, PoolUse } from '../code/pools/pool-use';
import type { DocumentEdit } from '../nouns/fix';
import { addArgument, addEntry } from './object-edit';

/** Stands for the option that is to be put in. */
const mark = '\ue000';

/** The pools with the places at which options can be added, in the layout of the files' own literals. */
export async function withInsertions(
  pools: readonly PoolUse[],
  textOf: (path: string) => Promise<string | undefined>,
): Promise<PoolUse[]> {
  return Promise.all(
    pools.map(async (pool) => {
      const options = pool.options && (await withInsertion(pool.options, textOf));
      const replicationPlace = pool.replicationPlace && (await withInsertion(pool.replicationPlace, textOf));
      return { ...pool, ...(options && { options }), ...(replicationPlace && { replicationPlace }) };
    }),
  );
}

async function withInsertion<T extends OptionPlace>(
  place: T,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<T> {
  const source = await textOf(place.path);
  const insertion = source === undefined ? undefined : insertionOf(place, source);
  return insertion ? { ...place, insertion } : place;
}

function insertionOf(
  { range, within, isCall, style }: OptionPlace & Pick<Partial<PoolOptions>, 'within'>,
  source: string,
): OptionPlace['insertion'] {
  const entry = within === undefined ? mark : `${within}: { ${mark} }`;
  if (style === 'keyword') return around(addArgument(source, { name: '', range, argumentsRange: range }, mark));
  const edit = isCall
    ? addArgument(source, { name: '', range, argumentsRange: range }, `{ ${entry} }`)
    : addEntry(source, { range }, entry);
  return around(edit);
}

function around(edit: DocumentEdit | undefined): OptionPlace['insertion'] {
  const [before, after] = edit?.newText.split(mark) ?? [];
  if (!edit || before === undefined || after === undefined) return undefined;
  return { range: edit.range, before, after };
}
