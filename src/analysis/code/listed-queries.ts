import { sentCall, sitesOfCall } from '../../code/call-sites';
import type { FoundCall } from '../../code/orms/orm';
import type { Parameter, QuerySite } from '../../nouns/query-site';
import type { TextRange } from '../../nouns/text-range';
import { oneLine } from '../../plan/one-line';
import { tokens } from '../../sql/lexer';
import { placeAmong } from '../with-calls';

/** One line of a list of queries; plain data. */
export interface ListedQuery {
  readonly range: TextRange;
  /** `Post.findAll`; `SELECT posts, users` for SQL text. */
  readonly name: string;
  readonly library: string;
  /** What it sends in its likeliest form, in order. */
  readonly statements: readonly { readonly sql: string; readonly parameters: readonly Parameter[] }[];
  /** SQL that it sends instead in its other forms, by the branches that a program takes. */
  readonly otherForms?: readonly string[];
  /** A library writes its SQL. */
  readonly isCall: boolean;
  /** A part of it is known at run time only, so no planner can be asked. */
  readonly isOpen: boolean;
}

const LONGEST_NAME = 80;

/** The queries of one file, in the order of its text. SQL text inside a call is that call's. */
export function listedQueries(calls: readonly FoundCall[], texts: readonly QuerySite[]): ListedQuery[] {
  const sites = new Map(calls.map((call) => [call, sitesOfCall(sentCall(call))]));
  const all = [...sites.values()].flat();
  const places = new Map(texts.map((text) => [text, placeAmong(all, text)]));
  const ofCalls = calls.map((call): ListedQuery => {
    const own = sites.get(call) ?? [];
    // There a person finds the query: see withCalls.
    const text = texts.find((one) => own.some((site) => site === places.get(one)));
    const others = own.filter(({ call: by }) => !by?.forms.includes(1)).map(({ sql }) => sql);
    return {
      range: text?.range ?? call.chain.range,
      name: nameOf(call),
      library: call.variants[0]?.library ?? '',
      statements: own
        .filter(({ call: by }) => by?.forms.includes(1))
        .map(({ sql, parameters }) => ({ sql, parameters })),
      ...(others.length > 0 && { otherForms: others }),
      isCall: text === undefined,
      isOpen: false,
    };
  });
  const ofTexts = texts
    // A migration's statements are of yesterday's schema.
    .filter((site) => !site.runsOnce && places.get(site) === 'alone')
    .map(
      ({ range, sql, library, parameters, replaced }): ListedQuery => ({
        range,
        name: nameOfSql(sql),
        library,
        statements: [{ sql, parameters }],
        isCall: false,
        isOpen: replaced !== undefined,
      }),
    );
  return [...ofCalls, ...ofTexts].sort((a, b) => a.range.start - b.range.start);
}

/** The statements of the listed calls, of their likeliest form, as they are found in a document. */
export function sitesOfListed(uri: string, listed: readonly ListedQuery[]): QuerySite[] {
  return listed
    .filter(({ isCall }) => isCall)
    .flatMap(({ range, library, statements }) =>
      statements.map(({ sql, parameters }, i): QuerySite => {
        const sourceMap = { toDocument: () => range.start, rangeToDocument: () => range };
        const sent = { statement: i + 1, statements: statements.length, forms: [1], formCount: 1, notes: [] };
        return { uri, range, library, sql, parameters, sourceMap, call: { nameRange: range, ...sent } };
      }),
    );
}

/** `prisma.post.findMany`, `knex('posts').first`: the chain without its arguments, as far as it tells something. */
function nameOf({ chain, variants }: FoundCall): string {
  const root = typeof chain.root === 'string' ? chain.root : '…';
  const names = chain.links.filter(({ name }) => name !== '').map(({ name }) => name);
  const table = variants[0]?.model?.name;
  const whole = [root, ...names].join('.');
  if (whole.length <= LONGEST_NAME) return whole;
  return `${root}…${names.at(-1) ?? ''}${table === undefined ? '' : ` (${table})`}`;
}

/** `SELECT p.id FROM posts p JOIN users u …` → `SELECT posts, users` */
function nameOfSql(sql: string): string {
  const words = [...tokens(sql)]
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ kind, start, end }) => ({ kind, text: sql.slice(start, end) }));
  const verb = words.find(({ text }) => /^(?:select|insert|update|delete|merge|values|table)$/i.test(text));
  const tables = new Set<string>();
  words.forEach(({ text }, i) => {
    if (!/^(?:from|join|into|update)$/i.test(text)) return;
    const at = /^only$/i.test(words[i + 1]?.text ?? '') ? i + 2 : i + 1;
    const isQualified = words[at + 1]?.text === '.';
    const name = words.slice(at, isQualified ? at + 3 : at + 1);
    const isCall = words[at + name.length]?.text === '(' && !/^into$/i.test(text);
    const isName = name.every(({ kind, text: part }) => kind === 'word' || kind === 'quoted name' || part === '.');
    if (isName && name.length > 0 && !isCall && !/^(?:select|lateral|set)$/i.test(name[0]?.text ?? ''))
      tables.add(name.map(({ text: part }) => part.replaceAll('"', '')).join(''));
  });
  if (!verb || tables.size === 0) return oneLine(sql, LONGEST_NAME);
  return oneLine(`${verb.text.toUpperCase()} ${[...tables].join(', ')}`, LONGEST_NAME);
}
