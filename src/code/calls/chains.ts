import type { ChainValue, Link, Value } from '../facts/values';

/**
 * Every chain in a value, the outer ones first. Bodies of functions are left out: they are functions of the file, with
 * uses of their own.
 */
export function chainsIn(value: Value): ChainValue[] {
  const found: ChainValue[] = [];
  collect(value, found);
  return found;
}

/** Those that are called where a use stands: what the value of a name brings from elsewhere is called there. */
export function chainsAt(outer: ChainValue): ChainValue[] {
  const { start, end } = outer.range;
  return chainsIn(outer).filter(({ rootRange }, i) => i === 0 || (rootRange.start >= start && rootRange.end <= end));
}

function collect(value: Value, found: ChainValue[]): void {
  switch (value.kind) {
    case 'chain':
      found.push(value);
      if (typeof value.root !== 'string') collect(value.root, found);
      for (const link of value.links) for (const argument of link.arguments ?? []) collect(argument, found);
      return;
    case 'object':
      for (const entry of value.entries) {
        if (typeof entry.key !== 'string') collect(entry.key, found);
        collect(entry.value, found);
      }
      for (const spread of value.spreads ?? []) collect(spread.value, found);
      return;
    case 'array':
      for (const element of value.elements) collect(element.value, found);
      for (const spread of value.spreads ?? []) collect(spread.value, found);
      return;
    case 'template':
      if (value.tag) collect(value.tag, found);
      for (const inner of value.values) collect(inner, found);
      return;
    case 'choice':
      for (const option of value.options) collect(option.value, found);
  }
}

/** `this.posts.findAll`, `post.author.name`, `knex.where.first`: the names of a chain, at most its first `links` links. */
export function chainName(chain: ChainValue, links = chain.links.length): string {
  const root = typeof chain.root === 'string' ? chain.root : '';
  const names = chain.links.slice(0, links).flatMap(({ name }) => (name === '' ? [] : [name]));
  return [root, ...names].filter((name) => name !== '').join('.');
}

/** The chain's first `links` links; the last one not called when `uncalled`: what is called, not what it gives. */
export function firstLinks(chain: ChainValue, links: number, uncalled = false): ChainValue {
  const kept = chain.links.slice(0, links);
  const last = kept.at(-1);
  if (uncalled && last?.arguments) {
    kept.pop();
    if (last.name !== '') kept.push({ name: last.name, range: last.range });
  }
  const { isNew: _, ...rest } = chain;
  const end = kept.at(-1)?.argumentsRange?.end ?? kept.at(-1)?.range.end ?? chain.rootRange.end;
  return { ...rest, links: kept, range: { start: chain.range.start, end } };
}

/** `sleep` for `sleep(1)`, `map` for `posts.map(f)`. */
export function calledName(chain: ChainValue, link: number): string {
  const { name } = chain.links[link] as Link;
  if (name !== '') return name;
  return link > 0 ? (chain.links[link - 1]?.name ?? '') : typeof chain.root === 'string' ? chain.root : '';
}
