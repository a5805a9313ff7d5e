import type { QuerySite } from '../../nouns/query-site';
import type { FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { FoundCall, OrmCall } from '../orms/orm';
import type { Place } from '../resolve/origin';
import { chainName, chainsAt } from './chains';
import type { QueryPlace } from './repetition';
import { innermostFunction } from './turns';

/** The places of a file that send a query, by the function and the use that they stand in. */
export class QueryPlaces {
  readonly all: readonly QueryPlace[];
  readonly #byUse = new Map<string, QueryPlace[]>();
  readonly #byName = new Map<number, QueryPlace>();

  constructor(file: FileFacts, calls: readonly FoundCall[], sites: readonly QuerySite[]) {
    const found = calls.flatMap((call) => placeOfCall(call) ?? []);
    const own = sites.filter((site) => site.call === undefined);
    const holders = own.length === 0 ? [] : textHolders(file);
    const texts = own.flatMap((site) => placesOfText(site, file, holders));
    // A statement that a library's call sends is not told twice.
    const isTold = ({ range }: QueryPlace) =>
      found.some((call) => call.range.start <= range.start && range.end <= call.range.end);
    this.all = [...found, ...texts.filter((text) => !isTold(text))].sort((a, b) => a.range.start - b.range.start);
    for (const place of this.all) {
      if (place.nameStart !== undefined) this.#byName.set(place.nameStart, place);
      if (place.use === undefined) continue;
      const key = `${place.at.function} ${place.use}`;
      const known = this.#byUse.get(key);
      if (known) known.push(place);
      else this.#byUse.set(key, [place]);
    }
  }

  of(functionIndex: number, use: number): readonly QueryPlace[] {
    return this.#byUse.get(`${functionIndex} ${use}`) ?? [];
  }

  /** The query of which a chain's link says the name: `findAll` in `Post.findAll().then(f)`. */
  named(start: number): QueryPlace | undefined {
    return this.#byName.get(start);
  }
}

function placeOfCall(call: FoundCall): QueryPlace | undefined {
  const [orm] = call.variants;
  if (!orm) return undefined;
  return {
    uri: call.uri,
    range: call.chain.range,
    at: call.at,
    use: call.use,
    nameStart: orm.nameRange.start,
    chain: call.chain,
    name: builders.has(orm.library) ? statementName(orm.statements[0]?.sql ?? '') : shortName(call.chain, orm),
    operation: orm.operation === 'raw' ? writeOf(orm.statements[0]?.sql ?? '') : orm.operation,
    library: orm.library,
    isMany: orm.isMany,
    hasLimit: orm.hasLimit,
    sql: orm.statements.map(({ sql }) => sql),
    call,
    orm,
  };
}

/** Libraries whose last name says little: `db.selectFrom('posts')…execute()`. */
const builders: ReadonlySet<string> = new Set(['knex', 'kysely', 'drizzle']);

/** `SELECT FROM users`, `INSERT INTO tags`, `UPDATE posts`: what a statement does to which table. */
export function statementName(sql: string): string {
  const table =
    /\b(from|insert\s+into|update|delete\s+from)\s+(?:only\s+)?((?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))?)/i.exec(
      sql,
    );
  const [, verb = '', name = ''] = table ?? [];
  const bare = name.replace(/^.*\./, '').replaceAll('"', '');
  const word = verb.replace(/\s+/g, ' ').toUpperCase();
  // `FROM ${table}`
  if (bare === '' || bare.includes('$')) return /^\s*\w+/.exec(sql)?.[0].trim().toUpperCase() ?? 'SQL';
  return `${word === 'FROM' ? 'SELECT FROM' : word} ${bare}`;
}

/** `posts.findAll` for `this.posts.findAll({ … })`: up to the name that the library's reader tells, at most two names. */
function shortName(chain: ChainValue, orm: OrmCall): string {
  const link = chain.links.findIndex(({ range }) => range.start === orm.nameRange.start);
  const end = link < 0 ? chain.links.length : link + 1;
  // `Post.scope('visible').findAll()`, `getRepository(Post).find()`
  const isIndirect = chain.links.slice(0, end - 1).some((one) => one.arguments);
  if (isIndirect && orm.model) return `${orm.model.name}.${chain.links[end - 1]?.name ?? ''}`;
  return chainName(chain, end).split('.').slice(-2).join('.');
}

interface TextHolder {
  readonly function: number;
  readonly use: number;
  readonly chain: ChainValue;
  readonly texts: readonly Value[];
}

/** Calls that get a text, and tagged templates. */
function textHolders(file: FileFacts): TextHolder[] {
  const holders: TextHolder[] = [];
  for (const [index, facts] of file.functions.entries()) {
    for (const [use, { chain: outer }] of facts.uses.entries()) {
      for (const chain of chainsAt(outer)) {
        const texts = chain.links.flatMap((link) => (link.arguments ?? []).filter(mayHoldText));
        const root = typeof chain.root === 'string' ? [] : [chain.root];
        holders.push({ function: index, use, chain, texts: [...texts, ...root] });
      }
    }
  }
  return holders;
}

function mayHoldText(value: Value): boolean {
  return value.kind === 'template' || value.kind === 'literal' || value.kind === 'object' || value.kind === 'choice';
}

function placesOfText(site: QuerySite, file: FileFacts, holders: readonly TextHolder[]): QueryPlace[] {
  const operation = operationOf(site.sql);
  if (operation === undefined || site.library === 'sql') return [];
  const holds = (value: { range: QuerySite['range'] }) =>
    value.range.start <= site.range.start && site.range.end <= value.range.end;
  // The text may be a constant elsewhere: the argument's range is then that of the constant, and several may send it.
  const all = holders.filter(({ texts }) => texts.some(holds));
  if (all.length === 0) {
    const around = holders.findLast(({ chain }) => holds(chain));
    const inside = around?.function ?? innermostFunction(file, site.range.start);
    return [textPlace(site, { file, function: inside }, operation, around)];
  }
  return all.map((holder) => textPlace(site, { file, function: holder.function }, operation, holder));
}

function textPlace(
  site: QuerySite,
  at: Place,
  operation: OrmCall['operation'],
  holder: TextHolder | undefined,
): QueryPlace {
  const link = holder?.chain.links.findIndex(({ arguments: given }) => given !== undefined) ?? -1;
  const called = holder?.chain.links[link];
  const isInCall =
    !holder || (holder.chain.range.start <= site.range.start && site.range.end <= holder.chain.range.end);
  return {
    uri: site.uri,
    range: isInCall ? site.range : (holder?.chain.range ?? site.range),
    at,
    use: holder?.use,
    name: statementName(site.sql),
    nameStart: called?.name ? called.range.start : holder?.chain.rootRange.start,
    operation,
    library: site.library,
    isMany: operation === 'find',
    hasLimit: /\blimit\b/i.test(site.sql),
    sql: [site.sql],
    site,
    chain: holder?.chain,
  };
}

/** SQL text that a library's call sends: a write is known as one. */
function writeOf(sql: string): OrmCall['operation'] {
  const operation = operationOf(sql);
  return operation && /^(?:insert|update|delete|upsert)$/.test(operation) ? operation : 'raw';
}

function operationOf(sql: string): OrmCall['operation'] | undefined {
  const word = /^\s*(?:--[^\n]*\n\s*|\/\*.*?\*\/\s*)*\(*\s*(\w+)/s.exec(sql)?.[1]?.toLowerCase();
  if (word === 'insert') return /\bon\s+conflict\b/i.test(sql) ? 'upsert' : 'insert';
  if (word === 'update' || word === 'delete') return word;
  if (word === 'merge') return 'upsert';
  if (word === 'with') return /\b(?:insert\s+into|delete\s+from|update\s+\S+\s+set)\b/i.test(sql) ? 'raw' : 'find';
  if (word !== 'select' && word !== 'table' && word !== 'values') return undefined;
  if (/^\s*select\s+(?:count\s*\(|exists\s*\()/i.test(sql) && !/\bgroup\s+by\b/i.test(sql)) return 'count';
  return /\blimit\s+1\b/i.test(sql) ? 'find one' : 'find';
}
