import type { FunctionDraft } from './frame';

/** Methods that make another query of a query, or send another one than it. */
const furtherSteps = new Set(
  `where rewhere not or order reorder limit offset includes preload eager_load joins left_joins left_outer_joins select distinct
  group having unscope merge references readonly lock page per count exists? pluck pick ids sum average minimum maximum first last
  find find_by find_by! take update_all delete_all find_each find_in_batches in_batches none`.split(/\s+/),
);

/**
 * A query sends nothing until its rows are wanted: `posts = Post.where(…)` is a step only where all that is done with `posts`
 * is asking further.
 */
export function settleContinued(functions: readonly FunctionDraft[]): void {
  for (const { uses, bindings } of functions) {
    for (const use of uses) {
      const name = use.binding === undefined ? undefined : bindings[use.binding]?.pattern.name;
      if (name === undefined || name === '' || name.startsWith('@')) continue;
      const later = functions.flatMap((one) =>
        one.uses.filter(({ chain }) => chain.root === name && chain !== use.chain),
      );
      const isStep = later.length > 0 && later.every(({ chain }) => furtherSteps.has(chain.links[0]?.name ?? ''));
      if (isStep) use.isContinued = true;
    }
  }
}
