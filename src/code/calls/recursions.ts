import type { FileFacts } from '../facts/facts';
import type { Value } from '../facts/values';
import type { Place } from '../resolve/origin';
import type { CallGraph } from './call-graph';
import { chainsIn } from './chains';
import type { Repeat } from './repeats';
import { declared } from './scope';
import type { Queries } from './sources';

/** `node.parentId` where node is what a query of this function gave. */
function isRead(value: Value, at: Place, queries: Queries): boolean {
  return chainsIn(value).some(({ root }) => {
    const held = typeof root === 'string' ? declared(root, at) : undefined;
    return held?.bindings.some(
      ({ binding: { value: given } }) =>
        given !== undefined &&
        queries
          .places(at.file)
          .all.some(({ range }) => given.range.start <= range.start && range.end <= given.range.end),
    );
  });
}

/** Functions that call themselves outside of a loop, such as up a tree: `return find(node.parentId)`. */
export function recursions(file: FileFacts, queries: Queries, graph: CallGraph): Repeat[] {
  return file.functions.flatMap((facts, index): Repeat[] => {
    const at: Place = { file, function: index };
    if (!graph.reaches(at)) return [];
    const turns = queries.turns(file);
    const calls = turns.usesOf(index).flatMap(({ function: inside, use }) => {
      const edges = graph.of({ file, function: inside }, use);
      return edges.filter(({ callee, kind }) => kind === 'call' && callee.file === file && callee.function === index);
    });
    // Up a tree: what it is called with comes from what it has just read. All else is a few turns, or another try.
    const isWalk = calls.some((edge) => edge.arguments.some((value) => isRead(value, at, queries)));
    if (!isWalk || /retr|attempt|again|poll/i.test(facts.name)) return [];
    const head = facts.nameRange;
    return [
      {
        kind: 'recursion',
        file,
        function: index,
        headRange: head,
        bodyRange: facts.range,
        elementIndex: 0,
        pace: 'one by one',
      },
    ];
  });
}
