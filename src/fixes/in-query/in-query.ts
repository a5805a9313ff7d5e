import type { ResultUses } from '../../code/calls/result-uses';
import type { DocumentEdit, EditFix } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import { freeName, singular } from '../batch/names';
import { mentions } from '../batch/turn-text';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from '../eager-loading/awaited-range';
import { termsOf } from './condition-terms';
import { type QueryParts, queryParts, type WholeQuery } from './query-parts';

interface Work {
  readonly result: ResultUses;
  readonly query: WholeQuery;
  readonly parts: QueryParts;
  /** The call with its `await`. */
  readonly awaited: TextRange;
}

interface Change {
  readonly title: string;
  readonly edits: readonly DocumentEdit[];
}

/**
 * What the program does with a whole result and the database can do: `posts.length` → count, `.filter(…)` → where, `.slice(0, 3)`
 * → limit. Sorting stays: a database orders text by its collation, JavaScript by UTF-16.
 */
export function inQuery(result: ResultUses, textOf: TextOf): EditFix | undefined {
  const { query: place, ofList } = result;
  const parts = queryParts.get(place.library);
  const source = textOf(place.uri);
  const awaited = parts && source !== undefined ? awaitedRange(place, source) : undefined;
  const [first] = ofList;
  if (!parts || source === undefined || !awaited || !first || !isPlain(result)) return undefined;
  const links =
    place.chain?.links.filter(({ range, awaited: isBehind }) => !isBehind && range.end <= awaited.end) ?? [];
  const work: Work = { result, query: { source, place, links }, parts, awaited };
  const change = ofList.every(({ name }) => name === 'length') ? counted(work) : narrowed(work);
  return (
    change && {
      kind: 'edit',
      title: change.title,
      edits: change.edits.map((edit) => ({ ...edit, uri: place.uri })),
    }
  );
}

/** All rows of one table, with nothing that comes with them. */
function isPlain({ query: { orm, isMany, hasLimit, operation, sql, chain } }: ResultUses): boolean {
  // Hooks may do something to what is asked, and to what was found.
  if ((orm?.model?.hooks?.length ?? 0) > 0) return false;
  if (!orm || !isMany || hasLimit || operation !== 'find' || sql.length !== 1 || chain?.open) return false;
  return (
    orm.notes.length === 0 && orm.loads.length === 0 && !/\b(?:join|group by|limit|distinct)\b/i.test(sql[0] ?? '')
  );
}

/** `(await Post.findAll()).length` → `await Post.count()`, `posts.length` → `postCount`. */
function counted({ result, query, parts, awaited }: Work): Change | undefined {
  const { source, place } = query;
  const edits = result.isPassedOn || result.properties.size > 0 ? undefined : parts.count?.(query);
  if (!edits) return undefined;
  const title = 'Let the database count';
  const inline = /^\)\.length(?![\w$])/.exec(source.slice(awaited.end));
  if (inline && source[awaited.start - 1] === '(') {
    const end = awaited.end + inline[0].length;
    const isPart = /^\s*(?:[.[(?!`]|\*\*)/.test(source.slice(end));
    const outside = { start: awaited.start - 1, end: awaited.start };
    const behind = { start: awaited.end, end };
    // What the library adds at the end, and what goes there, are one edit.
    const added = edits.filter(({ range }) => range.start === awaited.end).map(({ newText }) => newText);
    return {
      title,
      edits: [
        ...edits.filter(({ range }) => range.start < awaited.end),
        { range: isPart ? { start: outside.end, end: outside.end } : outside, newText: '' },
        { range: behind, newText: `${added.join('')}${isPart ? ')' : ''}` },
      ],
    };
  }
  const named = declaredName(query, awaited);
  if (!named) return undefined;
  const text = source.slice(named.end, named.limit);
  const uses = [...text.matchAll(new RegExp(`(?<![\\w$.])${named.name}\\.length(?![\\w$])`, 'g'))];
  const rest = text.replaceAll(new RegExp(`(?<![\\w$.])${named.name}\\.length(?![\\w$])`, 'g'), ' ');
  if (uses.length === 0 || mentions(rest, named.name)) return undefined;
  const count = freeName(source, `${singular(place.orm?.model?.name ?? named.name)}Count`);
  return {
    title,
    edits: [
      ...edits,
      { range: { start: named.start, end: named.start + named.name.length }, newText: count },
      ...uses.map(({ 0: found, index }) => ({
        range: { start: named.end + index, end: named.end + index + found.length },
        newText: count,
      })),
    ],
  };
}

interface Named {
  readonly name: string;
  readonly start: number;
  /** Behind the query. */
  readonly end: number;
  /** Of the function. */
  readonly limit: number;
}

/** `const posts = await Post.findAll();` */
function declaredName({ source, place }: WholeQuery, awaited: TextRange): Named | undefined {
  const range = place.at.file.functions[place.at.function]?.range;
  const declared = /\bconst\s+([\w$]+)\s*=\s*$/.exec(source.slice(range?.start ?? 0, awaited.start));
  if (!range || !declared?.[1] || !/^\s*(?:;|\n)/.test(source.slice(awaited.end))) return undefined;
  const start = range.start + declared.index + declared[0].indexOf(declared[1], 'const'.length);
  return { name: declared[1], start, end: awaited.end, limit: range.end };
}

/** `.filter((post) => post.status === 'draft')` → `where`, `.slice(0, 3)` → `limit`: the one thing that is done with the list. */
function narrowed({ result, query, parts, awaited }: Work): Change | undefined {
  const { source, place } = query;
  const [first] = result.ofList;
  const link = first?.chain?.links[first.link ?? -1];
  if (!first?.chain || !link?.argumentsRange || first.isRepeated) return undefined;
  if (result.ofList.some(({ chain }) => chain !== first.chain)) return undefined;
  // The link and its dot go; what stands before it stays.
  const dot = /\s*\.\s*$/.exec(source.slice(0, link.range.start))?.[0];
  if (dot === undefined) return undefined;
  const removed = { range: { start: link.range.start - dot.length, end: link.argumentsRange.end }, newText: '' };
  const before = source.slice(0, removed.range.start);
  const isInline = removed.range.start === awaited.end + 1 && before.endsWith(')');
  const named = isInline ? undefined : declaredName(query, awaited);
  if (!isInline && !(named && new RegExp(`(?<![\\w$.])${named.name}$`).test(before))) return undefined;
  if (named && uses(source.slice(named.end, named.limit), named.name) !== 1) return undefined;
  const given = link.arguments ?? [];
  if (first.name === 'slice') {
    const [from, to] = given;
    const most = to?.kind === 'literal' ? to.value : undefined;
    const isFirst = from?.kind === 'literal' && from.value === 0 && given.length === 2;
    if (!isFirst || typeof most !== 'number' || !Number.isInteger(most) || most < 1) return undefined;
    const edits = parts.limit(query, most);
    return edits && { title: `Ask for the first ${most} only`, edits: [...edits, removed] };
  }
  const [callback, ...more] = given;
  if (first.name !== 'filter' || callback?.kind !== 'function' || more.length > 0) return undefined;
  const terms = termsOf(source.slice(callback.range.start, callback.range.end), place.orm?.model, place.library);
  const { selects } = place.orm ?? {};
  if (!terms || (selects && terms.some(({ property }) => !selects.includes(property)))) return undefined;
  const edits = parts.where?.(query, terms);
  return edits && { title: 'Put the condition into the query', edits: [...edits, removed] };
}

function uses(text: string, name: string): number {
  return text.match(new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${name}(?![\\w$])`, 'g'))?.length ?? 0;
}
