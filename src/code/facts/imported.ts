import type { FileFacts } from './facts';
import { stringOf } from './value-access';
import type { Value } from './values';

/** What a file imports by name or path, also where it is used at once: `const knex = require('knex')({ … })`. */
export function importedNames({ imports, functions }: FileFacts): readonly string[] {
  const [top] = functions;
  const values = [...(top?.bindings ?? []).map(({ value }) => value), ...(top?.uses ?? []).map(({ chain }) => chain)];
  return [...imports.map(({ from }) => from), ...values.flatMap((value) => required(value) ?? [])];
}

function required(value: Value | undefined): string | undefined {
  if (value?.kind !== 'chain' || value.root !== 'require') return undefined;
  const [link] = value.links;
  return link?.name === '' ? stringOf(link.arguments?.[0]) : undefined;
}
