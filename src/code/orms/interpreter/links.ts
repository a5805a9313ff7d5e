import type { ChainValue } from '../../facts/values';
import type { Origin } from '../../resolve/origin';

/** Whether the next link may be something that the program declares. */
export function leadsOn(origin: Origin): boolean {
  switch (origin.kind) {
    case 'instance':
      return origin.of.kind !== 'global';
    case 'class':
    case 'module':
    case 'type':
    case 'value':
    case 'member':
    case 'package':
      return true;
    default:
      return false;
  }
}

/** They begin at the same place of the text. */
export function isSameStart(chain: ChainValue, other: ChainValue): boolean {
  return (
    chain.rootRange.start === other.rootRange.start &&
    chain.rootRange.end === other.rootRange.end &&
    chain.root === other.root
  );
}

/** The chain whose link before `links` is read instead of called. */
export function withoutCall(chain: ChainValue, links: number): ChainValue {
  return {
    ...chain,
    links: chain.links.map((link, i) => {
      if (i !== links - 1) return link;
      const { arguments: _, argumentsRange: __, ...name } = link;
      return name;
    }),
  };
}
