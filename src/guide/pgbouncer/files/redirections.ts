import type { DatabaseReference } from '../../../code/deployment/deployment';
import type { EditFix } from '../../../nouns/fix';
import type { GuideFacts } from '../../facts';
import { breakingUses, summary } from '../breaking-uses';
import { isLocal, isOf, serverTarget } from './target';

/**
 * The change of host in the variables of programs: `postgres:5432` → `pgbouncer:5432`. In files for all, such as .env.example, a
 * server on this machine is left: there is none between. Migrations and jobs, which lock and set for a session, keep theirs.
 */
export function redirections(facts: GuideFacts): EditFix[] {
  const { workspace } = facts;
  const programs = workspace?.deployment.programs ?? [];
  const references = (workspace?.deployment.references ?? []).filter(
    (one) =>
      !isLocal(one.host) &&
      !/pgbouncer|pooler/i.test(one.host) &&
      (one.program === undefined || (programs.some((program) => isOf(one, program)) && !/migrat/i.test(one.program))),
  );
  if (references.length === 0) return [];
  const edits = references.map((reference) => ({
    uri: reference.place.path,
    range: reference.place.range,
    newText: newAddress(reference, facts),
  }));
  const variables = [...new Set(references.map(({ variable }) => variable))].join(', ');
  const uses = workspace ? breakingUses(workspace) : [];
  return [
    {
      kind: 'edit',
      title: `Connect programs to PgBouncer: ${variables}`,
      edits,
      note:
        uses.length > 0
          ? `Only once PgBouncer runs. This needs a connection string to the server itself: ${summary(uses)}.`
          : 'Only once PgBouncer runs. Migrations and jobs keep the connection string to the server itself.',
    },
  ];
}

/** With a port only where there was one, or the pooler's is another. */
function newAddress(reference: DatabaseReference, facts: GuideFacts): string {
  const program = facts.workspace?.deployment.programs.find((one) => isOf(reference, one));
  const pooler = facts.workspace?.deployment.poolers[0];
  const { namespace } = serverTarget(facts, 'kubernetes');
  const name = pooler && pooler.kind !== 'ini' ? pooler.name : 'pgbouncer';
  const isElsewhere = program?.kind === 'kubernetes' && namespace !== undefined && program.namespace !== namespace;
  const host = isElsewhere ? `${name}.${namespace}.svc.cluster.local` : name;
  const port = pooler?.port ?? 5432;
  const hasPort = reference.isUrl && reference.port !== undefined;
  return hasPort || (reference.isUrl && port !== 5432) ? `${host}:${port}` : host;
}
