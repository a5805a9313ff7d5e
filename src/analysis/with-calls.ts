import type { QuerySite, SourceDocument } from '../nouns/query-site';

/**
 * SQL texts and the calls of libraries together, in the order of the document and each query once. SQL text inside a call
 * that is read as a whole belongs to that call. Where it is all that the call sends (`knex.raw('SELECT …')`,
 * `` sql`SELECT …`.execute(db) ``) the text stands for the call, since it knows the place of each word.
 */
export function withCalls(
  { text }: SourceDocument,
  texts: readonly QuerySite[],
  calls: readonly QuerySite[],
): readonly QuerySite[] {
  if (calls.length === 0) return texts;
  const standing = new Set<QuerySite>();
  const kept: QuerySite[] = [];
  for (const site of texts) {
    const place = placeAmong(calls, site);
    if (typeof place === 'object') {
      standing.add(place);
      kept.push({ ...site, parameters: withConstants(site, place) });
    } else if (place === 'alone' || isAwaited(text, site)) kept.push(site);
  }
  const others = calls.filter((call) => !standing.has(call));
  return [...kept, ...others].sort((a, b) => a.range.start - b.range.start);
}

/** What SQL text is to the calls with known SQL: by itself, a part of one of them, or all that one sends. */
export function placeAmong(calls: readonly QuerySite[], site: QuerySite): QuerySite | 'alone' | 'part' {
  const around = calls.filter(({ range }) => range.start <= site.range.start && site.range.end <= range.end);
  if (around.length === 0) return 'alone';
  return around.find((call) => sendsOnly(call, site)) ?? 'part';
}

/** The text is all that the call sends, in every form of it. */
function sendsOnly({ call, sql }: QuerySite, site: QuerySite): boolean {
  if (call?.statements !== 1 || call.formCount !== 1 || call.notes.length > 0) return false;
  return plain(sql) === plain(site.sql);
}

function plain(sql: string): string {
  return sql
    .replace(/\s+/g, ' ')
    .replace(/[; ]+$/, '')
    .trim();
}

/** The library's reader knows more of what is bound. */
function withConstants({ parameters }: QuerySite, call: QuerySite): QuerySite['parameters'] {
  return parameters.map((parameter, i) => {
    const constant = call.parameters[i]?.constant;
    return constant === undefined ? parameter : { ...parameter, constant };
  });
}

/** `Post.findAll({ where: { id: await pool.query('SELECT …') } })`: a query of its own, sent before the call. */
function isAwaited(text: string, { range }: QuerySite): boolean {
  return /\bawait\s+[\w$.]+\s*(?:<[^<>]*>)?\s*\(?\s*["'`]\s*$/.test(
    text.slice(Math.max(0, range.start - 200), range.start),
  );
}
