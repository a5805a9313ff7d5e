import type {
  DatabaseReference,
  DeployedProgram,
  DeployedServer,
  Deployment,
} from '../../../code/deployment/deployment';
import type { GuideFacts } from '../../facts';

/** The server behind the pooler; what is not known is a placeholder in angle brackets. */
export interface ServerTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Of the manifests, where the pooler belongs. */
  readonly namespace?: string;
  /** What is in brackets, a sentence each. */
  readonly placeholders: readonly string[];
}

export function serverTarget({ health, workspace }: GuideFacts, kind: 'kubernetes' | 'compose' | 'ini'): ServerTarget {
  const deployment = workspace?.deployment;
  const references = deployment?.references ?? [];
  const server = deployment?.servers.find(
    (one) => one.kind === kind || (kind === 'kubernetes' && one.kind === 'cloudnativepg'),
  );
  const program = deployment?.programs.find((one) => one.kind === kind);
  const ofPrograms = references.filter((one) =>
    deployment?.programs.some((other) => other.kind === kind && isOf(one, other)),
  );
  const reference = ofPrograms[0] ?? references[0];
  const named = ofPrograms[0]?.host ?? (kind === 'ini' ? 'localhost' : undefined);
  const host =
    hostOf(server, kind) ?? named ?? references.find(({ host: one }) => !isLocal(one))?.host ?? '<host of PostgreSQL>';
  const user = reference?.user ?? references.find((one) => one.user !== undefined)?.user ?? '<user>';
  const database = health?.server.database ?? reference?.database ?? '<database>';
  const namespace = kind === 'kubernetes' ? (server?.namespace ?? program?.namespace) : undefined;
  return {
    host,
    port: ofPrograms[0]?.port ?? 5432,
    database,
    user,
    ...(namespace !== undefined && { namespace }),
    placeholders: [
      ...(host.startsWith('<') ? ['<host of PostgreSQL>: the host of the server itself'] : []),
      ...(user.startsWith('<') ? ['<user>: the user that programs connect as'] : []),
      ...(database.startsWith('<') ? ['<database>: the name of the database'] : []),
    ],
  };
}

/** The Service of a StatefulSet is nearly always called as it is; CloudNativePG's is `-rw`. */
function hostOf(server: DeployedServer | undefined, kind: 'kubernetes' | 'compose' | 'ini'): string | undefined {
  if (!server || kind === 'ini') return undefined;
  const name = server.kind === 'cloudnativepg' ? `${server.name}-rw` : server.name;
  return kind === 'kubernetes' && server.namespace !== undefined
    ? `${name}.${server.namespace}.svc.cluster.local`
    : name;
}

/** A manifest's program with several containers is `web/api`, `web/worker`. */
export const isOf = ({ program }: DatabaseReference, { name }: DeployedProgram): boolean =>
  program !== undefined && (name === program || name.startsWith(`${program}/`));

export const isLocal = (host: string): boolean => /^(?:localhost|127\.|::1|\[::1\])/.test(host);

/** Whether programs of that kind, or their server, are in the manifests. */
export function has(deployment: Deployment | undefined, kind: 'kubernetes' | 'compose'): boolean {
  const all = [...(deployment?.programs ?? []), ...(deployment?.servers ?? [])];
  return all.some((one) => one.kind === kind || (kind === 'kubernetes' && one.kind === 'cloudnativepg'));
}
