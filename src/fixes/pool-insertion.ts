import type { PoolOptions, PoolUse } from '../code/pools/pool-use';
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
      const { options } = pool;
      const source = options && (await textOf(options.path));
      const insertion = options && source !== undefined ? insertionOf(options, source) : undefined;
      return insertion ? { ...pool, options: { ...options, ...insertion } as PoolOptions } : pool;
    }),
  );
}

function insertionOf(
  { range, within, isCall }: PoolOptions,
  source: string,
): Pick<PoolOptions, 'insertion'> | undefined {
  const entry = within === undefined ? mark : `${within}: { ${mark} }`;
  const edit = isCall
    ? addArgument(source, { name: '', range, argumentsRange: range }, `{ ${entry} }`)
    : addEntry(source, { range }, entry);
  const [before, after] = edit?.newText.split(mark) ?? [];
  if (!edit || before === undefined || after === undefined) return undefined;
  return { insertion: { range: edit.range, before, after } };
}
