import type { CacheUse } from '../../code/caches/cache-use';
import type { CheckResult } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import type { WorkspaceFacts, WorkspaceQuery } from '../facts';
import { table } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { isSameTable } from './candidate';

/** What is cached, and places that write what it was made of without clearing it. */
interface Outdated {
  readonly use: CacheUse;
  readonly tables: readonly string[];
  readonly writes: readonly WorkspaceQuery[];
  /** Nothing in the workspace clears this key. */
  readonly isNeverCleared: boolean;
}

/** Caches that keep answers after the program itself changed what they are made of. */
export const cacheInvalidation: Check = {
  id: 'cache/invalidation',
  point: 'cache',
  title: 'Writes clear what is cached',
  needs: ['code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const sets = workspace.caches.filter(({ does }) => does === 'set');
    if (sets.length === 0) return notApplicable('Nothing is put into a cache in the workspace’s code.');
    const known = sets.flatMap((use) => {
      const tables = cachedTables(use, workspace.queries);
      return tables.length > 0 ? [{ use, tables }] : [];
    });
    if (known.length === 0)
      return notApplicable('No cache of the workspace keeps what a query answered, as far as it can be followed.');
    const outdated = known.flatMap((one) => {
      const found = outdatedBy(one.use, one.tables, workspace);
      return found.writes.length > 0 ? [found] : [];
    });
    if (outdated.length === 0) return passed('Every place that writes what is cached clears it.');
    return judged(outdated);
  },
};

function judged(outdated: readonly Outdated[]): CheckResult {
  const [first] = outdated;
  const writes = new Set(outdated.flatMap((one) => one.writes));
  const keys = new Set(outdated.map(({ use }) => use.key));
  const says = `${formatCounted(writes.size, 'place writes', 'places write')} what is cached and ${writes.size === 1 ? 'does' : 'do'} not clear it: ${[...keys].slice(0, 3).join(', ')} ${keys.size === 1 ? 'stays' : 'stay'} outdated ${first ? howLong(first.use) : ''}.`;
  const details = {
    evidence: [
      table(
        'Outdated after a write',
        ['Key', 'Made of', 'Lifetime', '#Writes that do not clear it', 'Cleared elsewhere'],
        outdated.map(({ use, tables, writes: own, isNeverCleared }) => [
          use.key,
          tables.join(', '),
          use.lifetime === undefined ? (use.staysForEver ? 'none' : 'not known') : duration(use.lifetime),
          String(own.length),
          isNeverCleared ? 'no' : 'yes',
        ]),
      ),
    ],
    places: outdated.flatMap(({ use, tables, writes: own }) => [
      { uri: use.path, range: use.range, message: `${use.key} is put into the cache, made of ${tables.join(', ')}.` },
      ...own.map((query) => ({
        uri: query.path,
        range: query.range,
        message: `It writes ${query.writes.join(', ')} and does not clear ${use.key}.`,
      })),
    ]),
  };
  return outdated.some(({ use, isNeverCleared }) => isNeverCleared && use.staysForEver)
    ? failed(says, details)
    : attention(says, details);
}

const howLong = ({ lifetime, staysForEver }: CacheUse): string =>
  lifetime !== undefined ? `for up to ${duration(lifetime)}` : staysForEver ? 'for ever' : 'until the lifetime ends';

/** Those of the queries in the same function, or in one that it calls. */
function cachedTables(use: CacheUse, queries: readonly WorkspaceQuery[]): string[] {
  const own = queries.filter((query) => query.readsOnly && isReachedFrom(use, query));
  return [...new Set(own.flatMap(({ tables }) => tables))];
}

function outdatedBy(use: CacheUse, tables: readonly string[], { caches, queries }: WorkspaceFacts): Outdated {
  const clears = caches.filter((one) => one !== use && one.does !== 'get' && mayBeSame(one.key, use.key));
  const deletes = clears.filter(({ does }) => does === 'delete');
  const writes = queries.filter(
    (query) =>
      !query.isAside &&
      !query.path.endsWith('.sql') &&
      query.writes.some((name) => tables.some((own) => isSameTable(own, name))) &&
      // What sets it anew after the write keeps it right, too.
      ![...clears, use].some((one) => isReachedFrom(one, query)),
  );
  return { use, tables, writes, isNeverCleared: deletes.length === 0 };
}

/** It stands in the same function, or in one that is called there. */
function isReachedFrom({ path, scope, beside = [] }: CacheUse, query: WorkspaceQuery): boolean {
  if (scope && path === query.path && query.range.start >= scope.start && query.range.end <= scope.end) return true;
  const name = query.inFunction?.slice(query.inFunction.lastIndexOf('.') + 1);
  return name !== undefined && beside.includes(name);
}

/** `post:*` and `post:1`; a key of which nothing is known may be any. */
export function mayBeSame(one: string, other: string): boolean {
  return matches(one, other) || matches(other, one);
}

function matches(pattern: string, key: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(key);
}
