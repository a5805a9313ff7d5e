import type { FileFacts } from '../facts/facts';
import { chainsIn } from './chains';
import { isWithin } from './few-turns';
import type { Repeat } from './repeats';

/**
 * `while (node.parentId) node = await Node.findByPk(node.parentId)`: up a tree, a query for each level. Pages and batches
 * look alike, but ask for lists.
 */
export function treeWalks(file: FileFacts): Repeat[] {
  return file.functions.flatMap((facts, index) =>
    facts.loops.flatMap((loop, number): Repeat[] => {
      if (loop.kind !== 'while' && loop.kind !== 'do') return [];
      const use = facts.uses.findIndex((one) => {
        const binding = one.binding === undefined ? undefined : facts.bindings[one.binding];
        const name = binding?.pattern.name;
        if (!name || !one.isAwaited || !isWithin(facts.loops, one.loop, number)) return false;
        const isAskedInHead = new RegExp(`(?<![.\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(loop.head);
        return isAskedInHead && chainsIn(one.chain).some(({ root }) => root === name);
      });
      if (use < 0) return [];
      const { headRange, bodyRange, comment } = loop;
      const only = { function: index, use };
      return [
        {
          kind: loop.kind,
          file,
          function: index,
          loop: number,
          headRange,
          bodyRange,
          elementIndex: 0,
          pace: 'one by one',
          comment,
          only,
        },
      ];
    }),
  );
}
