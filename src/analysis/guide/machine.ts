import { cpus, totalmem } from 'node:os';
import type { ConnectionProfile } from '../../database/profile';
import type { GuideFacts, MachineFacts } from '../../guide/facts';
import { instanceClassOf } from '../../guide/resources/instance-classes';

export interface GivenMachine {
  readonly memoryBytes?: number;
  readonly cores?: number;
  readonly storage?: 'ssd' | 'disk';
}

/**
 * How big the server's machine is: as a person says, else as the workspace's manifests say, else, where the server is on
 * this machine and in no container of the manifests, as this machine is.
 */
export function machineOf(
  given: GivenMachine & { readonly source: string },
  known: GuideFacts,
  profile: Pick<ConnectionProfile, 'host'> | undefined,
): MachineFacts | undefined {
  const isGiven = given.memoryBytes !== undefined || given.cores !== undefined;
  const servers = known.workspace?.deployment.servers ?? [];
  const deployed = servers
    .map((one) => ({ ...instanceClassOf(one.instanceClass), ...one }))
    .find((one) => (one.memoryBytes ?? one.cores) !== undefined);
  const isHere = profile !== undefined && /^(?:localhost|127\..*|::1|\/.*)$/.test(profile.host);
  const here = { memoryBytes: totalmem(), cores: cpus().length };
  if (isGiven) {
    return { ...(isHere ? here : { memoryBytes: deployed?.memoryBytes, cores: deployed?.cores }), ...given };
  }
  if (deployed) {
    const { memoryBytes, cores, place } = deployed;
    return { memoryBytes, cores, storage: given.storage, source: place.path };
  }
  return isHere ? { ...here, storage: given.storage, source: 'this machine' } : undefined;
}
