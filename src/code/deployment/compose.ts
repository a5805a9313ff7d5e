import { join } from 'node:path';
import type { DeployedPooler, DeployedProgram, DeployedServer, ManifestPlace } from './deployment';
import { isExporterImage, isOtherService, isPoolerImage, isPostgresImage } from './images';
import type { Part } from './part';
import { together } from './part';
import {
  type Container,
  containerProcesses,
  entriesOfEnvironment,
  environmentOf,
  poolerOf,
  serverSettings,
  variablesOf,
} from './pods';
import { bytesOfCompose, coresOf } from './quantities';
import { referencesIn } from './references';
import type { Yaml } from './yaml';

/** A Compose file: an object with `services`. Undefined: it is none. */
export function readComposeFile(yaml: Yaml, path: string, text: string): Part | undefined {
  const services = yaml.at('services').entries.filter(([, service]) => service.entries.length > 0);
  if (services.length === 0) return undefined;
  return together(services.map(([name, service]) => servicePart(name, service, path, text)));
}

function servicePart(name: string, service: Yaml, path: string, text: string): Part {
  const place: ManifestPlace = { path, range: service.range };
  const container = containerOf(name, service, path);
  const { image } = container;
  const replicas = service.at('deploy', 'replicas').number ?? service.at('scale').number;
  if (isPoolerImage(image)) {
    const pooler: DeployedPooler = { place, kind: 'compose', name, ...poolerOf(container) };
    return { poolers: [{ ...pooler, ...(replicas !== undefined && { replicas }) }] };
  }
  if (isExporterImage(image)) return { monitoring: [{ place, kind: 'exporter', name }] };
  if (isPostgresImage(image, container.command)) return { servers: [serverOf(container, service, place)] };
  // What another file extends has no image here.
  if (isOtherService(image || name)) return {};
  const folder = folderOf(service.at('build'), path);
  const processes = containerProcesses(container);
  const program: DeployedProgram = {
    place,
    kind: 'compose',
    name,
    ...(replicas !== undefined && { replicas }),
    ...(processes !== undefined && { processes }),
    ...(folder !== undefined && { folder }),
    ...(image !== '' && { image }),
    environment: container.environment,
  };
  return { programs: [program], references: referencesIn(text, container.variables) };
}

function containerOf(name: string, service: Yaml, path: string): Container {
  const entries = entriesOfEnvironment(service.at('environment'));
  return {
    name,
    image: service.at('image').text ?? '',
    command: `${service.at('entrypoint').words} ${service.at('command').words}`.trim(),
    environment: environmentOf(entries),
    variables: variablesOf(entries, path, name),
    ports: service.at('ports').items.flatMap((port) => port.at('target').number ?? portOf(port.text) ?? []),
  };
}

/** Inside the container: `127.0.0.1:6432:5432/tcp` → 5432 */
function portOf(text: string | undefined): number | undefined {
  const port = /(?:^|:)(\d+)(?:\/tcp)?$/.exec(text ?? '')?.[1];
  return port === undefined ? undefined : Number(port);
}

function serverOf(container: Container, service: Yaml, place: ManifestPlace): DeployedServer {
  const resources = service.at('deploy', 'resources');
  const said = (name: string) => resources.at('limits', name).text ?? resources.at('reservations', name).text;
  const memoryBytes = bytesOfCompose(said('memory') ?? service.at('mem_limit').text);
  const cores = coresOf(said('cpus') ?? service.at('cpus').text);
  return {
    place,
    kind: 'compose',
    name: container.name,
    image: container.image,
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(cores !== undefined && { cores }),
    settings: serverSettings(container.command),
    ...(resources.isThere && { resources: resources.range }),
  };
}

/** `build: ./api`, `build: { context: . }`, beside the Compose file. */
function folderOf(build: Yaml, path: string): string | undefined {
  const context = build.text ?? (build.isThere ? (build.at('context').text ?? '.') : undefined);
  if (context === undefined || /^[a-z]+:\/\/|^git@/.test(context)) return undefined;
  return join(path, '..', context).replace(/\/$/, '');
}
