import type { OwnWrite } from '../../code/replicas/replica-use';
import type { CheckResult } from '../../nouns/check';
import type { EditFix } from '../../nouns/fix';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts, WorkspaceFacts } from '../facts';
import { table } from '../support/evidence';
import { seen, whyMissing } from '../support/known';
import { attention, passed, unknown } from '../support/results';
import { isDivided } from './divided';
import { replicasOf } from './replicas';

/** Edits that are offered one by one; the first is that of all. */
const mostEdits = 10;

/**
 * Reads of what the same function has just written: a replica may not have it yet. A commit does not wait for replicas unless
 * synchronous_commit is remote_apply: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT
 */
export const ownWrites: Check = {
  id: 'read-replicas/own-writes',
  point: 'read-replicas',
  title: 'What was just written is read from the primary',
  needs: ['health', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const found = workspace.replicaUses?.ownWrites ?? [];
    if (found.length === 0)
      return passed('No function reads what it has just written, as far as it can be followed: one call deep.');
    const atRisk = found.filter((one) => isSentToReplica(one, workspace));
    return atRisk.length === 0 ? ofPrimary(found) : ofReplicas(atRisk, facts);
  },
};

const isSentToReplica = ({ sentTo, library }: OwnWrite, workspace: WorkspaceFacts): boolean =>
  sentTo === 'replica' || (sentTo === 'divided' && isDivided(workspace, library));

function ofPrimary(found: readonly OwnWrite[]): CheckResult {
  const places = formatCounted(found.length, 'place reads', 'places read');
  return passed(
    `${places} what was just written, from the primary. ${found.length === 1 ? 'It has' : 'They have'} to stay there once reads go to a replica.`,
    { evidence: [evidenceOf(found)], places: placesOf(found) },
  );
}

function ofReplicas(found: readonly OwnWrite[], facts: GuideFacts): CheckResult {
  const details = { evidence: [evidenceOf(found)], places: placesOf(found) };
  const counted = formatCounted(found.length, 'place reads', 'places read');
  if (waitsForReplicas(facts)) {
    return passed(
      `${counted} what was just written from a replica, and each commit waits until all replicas have it.`,
      details,
    );
  }
  const [first] = found;
  const example = first ? `: ${whereIn(first)} reads ${first.tables.join(', ')} after ${first.write.name}` : '';
  return attention(`${counted} what was just written from a replica, which may not have it yet${example}.`, {
    ...details,
    fixes: fixesFor(found),
  });
}

/** Each replica that the primary sees is one that a commit waits for until it has replayed it. */
function waitsForReplicas({ health }: GuideFacts): boolean {
  const replication = seen(health?.activity.replication);
  const following = replication ? replicasOf(replication) : [];
  return (
    seen(health?.settings)?.synchronous_commit?.setting === 'remote_apply' &&
    following.length > 0 &&
    following.every(({ sync }) => sync === 'sync')
  );
}

/** By library: how a read is sent to the primary. */
const ways: Readonly<Record<string, string>> = {
  sequelize: 'useMaster: true',
  'sequelize-typescript': 'useMaster: true',
  typeorm: "a transaction, or a query builder on createQueryRunner('master')",
  'mikro-orm': "connectionType: 'write'",
  prisma: '$primary()',
  drizzle: '$primary',
  django: "using('default')",
};

const wayOf = ({ library }: OwnWrite): string => ways[library] ?? 'the pool for writes';

const evidenceOf = (found: readonly OwnWrite[]) =>
  table(
    'Read right after it was written',
    ['Function', 'File', 'Table', 'Written by', 'Read by', 'Sent to the primary by'],
    found.map((one) => [one.inFunction ?? '', one.path, one.tables.join(', '), one.write.name, one.name, wayOf(one)]),
  );

const placesOf = (found: readonly OwnWrite[]) =>
  found.flatMap((one) => [
    { uri: one.path, range: one.write.range, message: `${one.write.name} writes ${one.tables.join(', ')}.` },
    {
      uri: one.path,
      range: one.range,
      message: `${one.name} reads ${one.tables.join(', ')} right after that. To the primary: ${wayOf(one)}.`,
    },
    ...(one.readAt
      ? [{ uri: one.readAt.path, range: one.readAt.range, message: `Here ${one.name} reads ${one.tables.join(', ')}.` }]
      : []),
  ]);

const whereIn = ({ inFunction, path }: OwnWrite): string =>
  inFunction === undefined ? baseName(path) : `${inFunction} in ${baseName(path)}`;

const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** All at once, then each for itself; a read that several functions reach stands in the edit once. */
function fixesFor(found: readonly OwnWrite[]): EditFix[] {
  const byPlace = new Map<string, EditFix>();
  for (const one of found) {
    if (!one.toPrimary) continue;
    const { path: uri, range, newText } = one.toPrimary;
    const place = one.readAt ? baseName(one.readAt.path) : whereIn(one);
    byPlace.set(`${uri}:${range.start}`, {
      kind: 'edit',
      title: `Ask the primary for ${one.name} (${place}): ${wayOf(one)}`,
      edits: [{ uri, range, newText }],
      ...(one.readAt && { note: 'All who call that function read from the primary then.' }),
    });
  }
  const each = [...byPlace.values()];
  if (each.length < 2) return each;
  const all: EditFix = {
    kind: 'edit',
    title: `Ask the primary at all ${each.length} places`,
    edits: each.flatMap(({ edits }) => edits),
  };
  return [all, ...each.slice(0, mostEdits)];
}
