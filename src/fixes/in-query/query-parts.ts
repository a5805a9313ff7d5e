import type { QueryPlace } from '../../code/calls/repetition';
import { entryNames, entryOf } from '../../code/facts/value-access';
import type { Link, Value } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import { hasOnly } from '../batch/asked';
import { callLink } from '../eager-loading/outer-link';
import { addArgument, addEntry, alone, quoted } from '../object-edit';
import type { Term } from './condition-terms';

export interface WholeQuery {
  readonly source: string;
  readonly place: QueryPlace;
  /** Of the query itself, without what is done with the rows. */
  readonly links: readonly Link[];
}

/** How one library is asked for less; each undefined where it cannot be said for certain. */
export interface QueryParts {
  /** Edits that make it count: the result is then the number itself. */
  count?(query: WholeQuery): readonly DocumentEdit[] | undefined;
  where?(query: WholeQuery, terms: readonly Term[]): readonly DocumentEdit[] | undefined;
  limit(query: WholeQuery, most: number): readonly DocumentEdit[] | undefined;
}

export const queryParts: ReadonlyMap<string, QueryParts> = new Map<string, QueryParts>([
  ['sequelize', ofOptions({ finder: 'findAll', position: 0, limit: 'limit' })],
  ['prisma', ofOptions({ finder: 'findMany', position: 0, limit: 'take' })],
  // Its columns may have transformers, which are not read.
  ['typeorm', { ...ofOptions({ finder: 'find', limit: 'take' }), where: undefined }],
  ['knex', ofBuilder(/^(?:where|andWhere|select|from|orderBy|whereIn|whereNull|whereNotNull)?$/)],
  [
    'objection',
    {
      ...ofBuilder(/^(?:query|where|andWhere|select|orderBy|whereIn|whereNull|whereNotNull)$/),
      count: (query) => {
        const isPlain = query.links.every(({ name }) =>
          /^(?:query|where|andWhere|whereIn|whereNull|whereNotNull)$/.test(name),
        );
        return isPlain ? behind(query, 'resultSize()') : undefined;
      },
    },
  ],
  ['kysely', ofBuilder(/^(?:selectFrom|selectAll|select|where|orderBy|execute)$/)],
]);

const knownOptions = ['where', 'order', 'orderBy', 'attributes', 'select', 'transaction', 'raw', 'logging'];

interface Options {
  readonly finder: string;
  /** Of the options among the arguments; undefined: the last, behind an entity perhaps. */
  readonly position?: number;
  readonly limit: string;
}

/** `Post.findAll({ where, … })` */
function ofOptions({ finder, position, limit }: Options): QueryParts {
  const call = ({ place, links }: WholeQuery) => {
    const link = callLink(place);
    if (link?.name !== finder || links.at(-1) !== link) return undefined;
    const given = link.arguments ?? [];
    const isOfEntity = position === undefined && given[0]?.kind === 'chain' && given[0].links.length === 0;
    const options: Value | undefined = given[isOfEntity ? 1 : 0];
    if (given.length > (isOfEntity ? 2 : 1)) return undefined;
    if (options === undefined) return { link, options };
    return options.kind === 'object' && hasOnly(options, knownOptions) ? { link, options } : undefined;
  };
  return {
    count(query) {
      const found = call(query);
      const isPlain =
        !found?.options || entryNames(found.options).every((name) => /^(?:where|transaction)$/.test(name));
      return found && isPlain ? [{ range: found.link.range, newText: 'count' }] : undefined;
    },
    where(query, terms) {
      const found = call(query);
      const text = terms.map(({ property, literal }) => `${property}: ${literal}`).join(', ');
      if (!found) return undefined;
      const { link, options } = found;
      if (!options) return alone(addArgument(query.source, link, `{ where: { ${text} } }`));
      const where = entryOf(options, 'where')?.value;
      if (!where) return alone(addEntry(query.source, options, `where: { ${text} }`));
      const isFree = where.kind === 'object' && !where.open && terms.every(({ property }) => !entryOf(where, property));
      return isFree && where.kind === 'object' ? alone(addEntry(query.source, where, text)) : undefined;
    },
    limit(query, most) {
      const found = call(query);
      if (!found) return undefined;
      const entry = `${limit}: ${most}`;
      return alone(
        found.options
          ? addEntry(query.source, found.options, entry)
          : addArgument(query.source, found.link, `{ ${entry} }`),
      );
    },
  };
}

/** `knex('posts').where(…)`; an `or` would take a further condition for its own. */
function ofBuilder(steps: RegExp): QueryParts {
  const isKnown = ({ links }: WholeQuery) => links.every(({ name, branch }) => steps.test(name) && !branch);
  return {
    where(query, terms) {
      if (!isKnown(query)) return undefined;
      const isKysely = query.place.library === 'kysely';
      const operator = isKysely ? `${quoted(query.source, '=')}, ` : '';
      const text = terms.map(
        ({ property, literal }) => `where(${quoted(query.source, property)}, ${operator}${literal})`,
      );
      return behind(query, text.join('.'));
    },
    limit: (query, most) => (isKnown(query) ? behind(query, `limit(${most})`) : undefined),
  };
}

/** A further step; before `.execute()`. */
function behind({ source, links }: WholeQuery, step: string): readonly DocumentEdit[] | undefined {
  const kept = links.at(-1)?.name === 'execute' ? links.slice(0, -1) : links;
  const [before, last] = kept.slice(-2);
  const at = last?.argumentsRange?.end ?? before?.argumentsRange?.end;
  if (at === undefined) return undefined;
  const between = source.slice(before?.argumentsRange?.end ?? 0, last?.range.start);
  // On a line of its own, where the steps are.
  const dot = kept.length > 1 && /^\s*\.$/.test(between) ? between : '.';
  return [{ range: { start: at, end: at }, newText: `${dot}${step}` }];
}
