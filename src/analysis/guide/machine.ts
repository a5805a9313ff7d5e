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
  const servers = known.workspace?.deployment.servers ?? [];
  const deployed = servers
    .map((one) => ({ ...instanceClassOf(one.instanceClass), ...one }))
    .find((one) => (one.memoryBytes ?? one.cores) !== undefined);
  const isHere = profile !== undefined && /^(?:localhost|127\..*|::1|\/.*)$/.test(profile.host);
  const here = { memoryBytes: totalmem(), cores: cpus().length, source: 'this machine' };
  const { memoryBytes, cores, storage } = given;
  const isGiven = memoryBytes !== undefined || cores !== undefined;
  const inManifests = deployed && { ...deployed, source: deployed.place.path };
  // Who says one of them means the server that is asked, and not the one of the manifests.
  const found = isHere && isGiven ? here : (inManifests ?? (isHere ? here : undefined));
  if (!found && !isGiven && storage === undefined) return undefined;
  return {
    memoryBytes: memoryBytes ?? found?.memoryBytes,
    cores: cores ?? found?.cores,
    storage,
    source: isGiven || !found ? given.source : found.source,
  };
}
