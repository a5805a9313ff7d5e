import type { Health } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { table } from '../support/evidence';
import { missingOf, withHealth } from '../support/known';
import { attention, failed, passed, unknown } from '../support/results';
import { connectionSlots } from './resources/connection-slots';
import { cpu } from './resources/cpu';
import { io } from './resources/io';
import { locks } from './resources/locks';
import { memory } from './resources/memory';
import { roundTrips } from './resources/round-trips';
import type { Resource, ResourceVerdict } from './resources/verdict';

/**
 * The cause before what follows from it: who waits for a lock holds a connection, and what does not fit into memory is
 * read from storage.
 */
const resources: readonly Resource[] = [locks, connectionSlots, memory, io, cpu, roundTrips];

interface Judged {
  readonly resource: Resource;
  readonly verdict: ResourceVerdict;
}

/** Which resource is short now, with the reasons: what to mend first depends on it. */
export const resource: Check = {
  id: 'bottleneck/resource',
  point: 'bottleneck',
  title: 'Resources suffice',
  needs: ['health', 'rates', 'code', 'machine'],
  judge: (facts) => withHealth(facts, (health) => judge(facts, health)),
};

function judge(facts: GuideFacts, health: Health): CheckResult {
  const judged = resources.map((one): Judged => ({ resource: one, verdict: one.judge(facts, health) }));
  const [short, near, unseen] = (['short', 'near', 'unknown'] as const).map((state) =>
    judged.filter(({ verdict }) => verdict.state === state),
  ) as [Judged[], Judged[], Judged[]];
  const told = [...short, ...near];
  const { connections, locks: waits, counters } = health.activity;
  const missing = [
    ...new Set([...unseen.flatMap(({ verdict }) => verdict.missing ?? []), ...missingOf(connections, waits, counters)]),
  ];
  if (judged.length === unseen.length) {
    return unknown('What is short cannot be seen.', missing.length > 0 ? missing : ['The server shows no activity.']);
  }
  const details = {
    evidence: [overview(judged), ...judged.flatMap(({ verdict }) => verdict.evidence ?? [])],
    ...(missing.length > 0 && { missing }),
    ...(told.some(({ verdict }) => verdict.places) && { places: told.flatMap(({ verdict }) => verdict.places ?? []) }),
  };
  const [first] = told;
  if (!first) return passed(`No resource is short: ${list(judged, ['CPU', 'Connections', 'Locks'])}.`, details);
  const { name, verb } = first.resource;
  if (short.length === 0) return attention(`Nothing is used up, but ${told.map(saying).join('; ')}.`, details);
  const others = told.slice(1).map(saying);
  const also = others.length > 0 ? ` Besides, ${others.join('; ')}.` : '';
  return failed(`${name} ${verb} the bottleneck: ${saying(first)}.${also}`, details);
}

const saying = ({ verdict }: Judged): string => verdict.says;

/** What was looked at, of those that can be seen, in this order. */
function list(judged: readonly Judged[], names: readonly string[]): string {
  return names
    .flatMap((name) =>
      judged.filter(({ resource: { name: of }, verdict }) => of === name && verdict.state === 'enough'),
    )
    .map(saying)
    .join(', ');
}

const states: Readonly<Record<ResourceVerdict['state'], string>> = {
  short: 'short',
  near: 'look at it',
  enough: 'enough',
  unknown: 'not known',
};

const overview = (judged: readonly Judged[]) =>
  table(
    'Resources',
    ['Resource', 'State', 'Why'],
    judged.map(({ resource: { name }, verdict }) => [name, states[verdict.state], verdict.says]),
  );
