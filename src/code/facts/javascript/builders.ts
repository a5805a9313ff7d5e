import type { ChainValue } from '../values';

/** Methods by which a query builder is made. */
const starters = new Set(
  `createQueryBuilder selectFrom insertInto updateTable deleteFrom mergeInto select selectDistinct selectDistinctOn from with
  withSchema withRecursive query qb knexQuery`.split(/\s+/),
);

/** Methods by which a database handle begins a query. */
const handleMethods = new Set(
  'createQueryBuilder selectFrom insertInto updateTable deleteFrom mergeInto selectDistinct selectDistinctOn'.split(
    ' ',
  ),
);

/** Methods that only builders of queries have, and that give the builder back. */
const builderMethods =
  /^(?:(?:where|having|(?:and|or)(?:Where|Having))(?:[A-Z]\w*)?|join(?:[A-Z]\w*)?|(?:left|right|inner|outer|full|cross)(?:Outer)?Join\w*|add(?:Select|OrderBy|GroupBy|From)|(?:order|group)By(?:Raw)?|(?:distinct|select|union|intersect|except|returning|limit|offset|with|modify|clear)(?:[A-Z]\w*)?|columns?|for(?:Update|Share)|setParameters?|take|skip|subQuery|allowGraph|eq|neq|gte?|lte?|i?like|overlaps|contains|containedBy|textSearch|maybeSingle|onConflict|onDuplicateKeyUpdate|ignore|merge|doUpdateSet|doNothing|populate|clone|\$\w+)$/;

/** As a builder's only: `set` is a Map's too. */
const weakMethods = new Set(
  'set values returning execute order range in is not or match filter insert update delete del upsert first single into'.split(
    ' ',
  ),
);

export function isBuilderMethod(name: string): boolean {
  return builderMethods.test(name);
}

/** `knex('posts').where(…)`, `db.selectFrom('posts')`: more will be added before it is sent. */
export function isBuilder(chain: ChainValue): boolean {
  const last = chain.links.at(-1);
  if (last?.arguments === undefined) return false;
  if (starters.has(last.name)) return last.name !== 'query' || last.arguments.length === 0;
  if (builderMethods.test(last.name)) return true;
  return (
    weakMethods.has(last.name) &&
    chain.links.some(
      (link) =>
        link !== last && link.arguments !== undefined && (starters.has(link.name) || builderMethods.test(link.name)),
    )
  );
}

/** Whether a call of this name on the chain makes it a longer builder: `query.where(…)`. */
export function continuesBuilder(chain: ChainValue, name: string): boolean {
  // `const db = dbOrTx(trx); db.selectFrom('posts')`: what a query is begun on is not a part of it.
  if (handleMethods.has(name)) return false;
  return builderMethods.test(name) || (weakMethods.has(name) && isBuilder(chain));
}
