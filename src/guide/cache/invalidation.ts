import type { CacheUse } from '../../code/caches/cache-use';
import type { CheckResult, Evidence } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import type { WorkspaceFacts, WorkspaceQuery } from '../facts';
import { table } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { isSameTable } from './candidate';
import { isMadeOf, isToldOf } from './reached';

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

/** In s. A lifetime of a minute says that answers may be that old; longer ones need not be meant so. This check's own limit. */
const short = 60;

const isShort = ({ use }: Outdated): boolean => use.lifetime !== undefined && use.lifetime <= short;

/** In s, for ordering: what never ends last longest, then what nobody knows. */
const lasting = ({ use: { lifetime, staysForEver } }: Outdated): number =>
  staysForEver ? Number.POSITIVE_INFINITY : (lifetime ?? Number.MAX_VALUE);

function judged(found: readonly Outdated[]): CheckResult {
  const outdated = found.toSorted((a, b) => lasting(b) - lasting(a));
  const [first] = outdated;
  if (first && isShort(first)) {
    return passed(`What is cached is outdated for ${duration(first.use.lifetime ?? 0)} at most after a write.`, {
      evidence: evidenceOf(outdated),
    });
  }
  const long = outdated.filter((one) => !isShort(one));
  const writes = new Set(long.flatMap((one) => one.writes));
  const keys = new Set(long.map(({ use }) => use.key));
  const says = `${formatCounted(writes.size, 'place writes', 'places write')} what is cached and ${writes.size === 1 ? 'does' : 'do'} not clear it: ${[...keys].slice(0, 3).join(', ')} ${keys.size === 1 ? 'stays' : 'stay'} outdated ${first ? howLong(first.use) : ''}.`;
  const details = {
    evidence: evidenceOf(outdated),
    places: long.flatMap(({ use, tables, writes: own }) => [
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

function evidenceOf(outdated: readonly Outdated[]): Evidence[] {
  return [
    table(
      'Outdated after a write',
      ['Key', 'Made of', 'Lifetime', '#Writes that do not clear it', 'Cleared elsewhere'],
      outdated.map(({ use, tables, writes, isNeverCleared }) => [
        use.key,
        tables.join(', '),
        use.lifetime === undefined ? (use.staysForEver ? 'none' : 'not known') : duration(use.lifetime),
        String(writes.length),
        isNeverCleared ? 'no' : 'yes',
      ]),
    ),
  ];
}

const howLong = ({ lifetime, staysForEver }: CacheUse): string =>
  lifetime !== undefined ? `for up to ${duration(lifetime)}` : staysForEver ? 'for ever' : 'until the lifetime ends';

/** Those that what is cached is made of. */
export function cachedTables(use: CacheUse, queries: readonly WorkspaceQuery[]): string[] {
  const own = queries.filter((query) => query.readsOnly && isMadeOf(use, query));
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
      ![...clears, use].some((one) => isToldOf(one, query)),
  );
  return { use, tables, writes, isNeverCleared: deletes.length === 0 };
}

/** `post:*` and `post:1`; a key of which nothing is known may be any. */
export function mayBeSame(one: string, other: string): boolean {
  return matches(one, other) || matches(other, one);
}

function matches(pattern: string, key: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(key);
}
