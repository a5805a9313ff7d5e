import type { FileFacts } from '../facts/facts';
import type { Value } from '../facts/values';
import { chainsIn } from './chains';
import { isWithin } from './few-turns';
import type { Repeat } from './repeats';
import { runtimeSources } from './values-in';

/**
 * `while (node.parentId) node = await Node.findByPk(node.parentId)`: up a tree, a query for each level. Pages and batches
 * look alike, but ask for lists.
 */
export function treeWalks(file: FileFacts): Repeat[] {
  return file.functions.flatMap((facts, index) =>
    facts.loops.flatMap((loop, number): Repeat[] => {
      if (loop.kind !== 'while' && loop.kind !== 'do') return [];
      const isIn = (inner: number | undefined) => isWithin(facts.loops, inner, number);
      const set = facts.bindings.filter((binding) => isIn(binding.loop));
      const use = facts.uses.findIndex((one) => {
        const held = one.binding === undefined ? undefined : facts.bindings[one.binding]?.pattern.name;
        if (!held || !one.isAwaited || !isIn(one.loop)) return false;
        // `node = await find(node.parentId)`; `const node = await find(id); id = node.parentId`
        const next = set.filter(({ pattern, value }) => pattern.name === held || (value && speaksOf(value, held)));
        const names = [held, ...next.map(({ pattern }) => pattern.name)];
        return names.some((name) => name !== '' && isInText(loop.head, name) && speaksOf(one.chain, name));
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

function speaksOf(value: Value, name: string): boolean {
  return (
    chainsIn(value).some(({ root }) => root === name) || runtimeSources(value).some((source) => isInText(source, name))
  );
}

function isInText(text: string, name: string): boolean {
  return new RegExp(`(?<![.\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text);
}
