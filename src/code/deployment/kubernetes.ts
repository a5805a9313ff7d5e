import { basename, extname } from 'node:path';
import type {
  DeployedJob,
  DeployedMonitor,
  DeployedPooler,
  DeployedProgram,
  DeployedServer,
  ManifestPlace,
} from './deployment';
import { isExporterImage, isOtherService, isPoolerImage, isPostgresImage } from './images';
import { iniPoolers } from './ini';
import { maintenanceStatements } from './maintenance-statements';
import { type Part, together } from './part';
import {
  type Container,
  containerProcesses,
  entriesOfEnvironment,
  environmentOf,
  poolerOf,
  poolSettings,
  serverSettings,
  variablesOf,
} from './pods';
import { bytesOfQuantity, coresOf } from './quantities';
import { referencesIn } from './references';
import type { Yaml } from './yaml';

/** One object of a manifest. */
interface Manifest {
  readonly yaml: Yaml;
  readonly path: string;
  readonly text: string;
  readonly kind: string;
  readonly place: ManifestPlace;
  readonly label: { readonly name: string; readonly namespace?: string };
}

/** `apps/v1 Deployment` and its like; a `List` is what it holds. Undefined: it is no manifest. */
export function readManifest(yaml: Yaml, path: string, text: string): Part | undefined {
  const kind = yaml.at('kind').text;
  if (kind === undefined || yaml.at('apiVersion').text === undefined) return undefined;
  if (kind.endsWith('List')) return listPart(yaml, path, text);
  const name = (yaml.at('metadata', 'name').text ?? '').replace(/^-+|-+$/g, '');
  const namespace = yaml.at('metadata', 'namespace').text;
  const at = yaml.at('metadata', 'name');
  const manifest: Manifest = {
    yaml,
    path,
    text,
    kind,
    place: { path, range: at.isThere ? at.range : yaml.range },
    // A template's name that is put together elsewhere is that of its file.
    label: { name: name || basename(path, extname(path)), ...(namespace && { namespace }) },
  };
  return (readers[kind] ?? podsPart)(manifest);
}

function listPart(yaml: Yaml, path: string, text: string): Part {
  return together(yaml.at('items').items.map((item) => readManifest(item, path, text) ?? {}));
}

const readers: Readonly<Record<string, (manifest: Manifest) => Part>> = {
  CronJob: cronJobPart,
  Job: () => ({}),
  ConfigMap: configPart,
  Cluster: clusterPart,
  Pooler: ({ yaml, place, label }) => ({ poolers: [cloudNativePooler(yaml, place, label)] }),
  PrometheusRule: (manifest) => monitorPart(manifest, 'alert rules', /\bpg_\w+/),
  ServiceMonitor: (manifest) => monitorPart(manifest, 'scrape config', /postgres|pgbouncer|9187|cnpg/i),
  PodMonitor: (manifest) => monitorPart(manifest, 'scrape config', /postgres|pgbouncer|9187|cnpg/i),
  HorizontalPodAutoscaler: ({ yaml }) =>
    scalePart(yaml.at('spec', 'scaleTargetRef', 'name'), yaml.at('spec', 'maxReplicas')),
  ScaledObject: ({ yaml }) => scalePart(yaml.at('spec', 'scaleTargetRef', 'name'), yaml.at('spec', 'maxReplicaCount')),
};

/** Deployment, StatefulSet, DaemonSet, ReplicaSet, Rollout, Pod, and kinds of other APIs with a pod's template. */
function podsPart(manifest: Manifest): Part {
  const { yaml, kind, place, label, text } = manifest;
  const pod = kind === 'Pod' ? yaml.at('spec') : yaml.at('spec', 'template', 'spec');
  const replicas = kind === 'DaemonSet' ? undefined : yaml.at('spec', 'replicas').number;
  if (!pod.at('containers').isThere) return patchPart(manifest, replicas);
  const containers = pod.at('containers').items.map((item) => ({ item, container: containerOf(item, manifest) }));
  const servers = containers.filter(({ container: { image, command } }) => isPostgresImage(image, command));
  const programs = containers.filter(({ container }) => isProgram(container, servers.length > 0));
  return {
    servers: servers.map(({ item, container }) => serverOf(item, container, manifest, replicas)),
    poolers: containers
      .filter(({ container }) => isPoolerImage(container.image))
      .map(
        ({ container }): DeployedPooler => ({
          place,
          kind: 'kubernetes',
          ...label,
          ...poolerOf(container),
          ...(replicas !== undefined && { replicas }),
        }),
      ),
    monitoring: containers
      .filter(({ container }) => isExporterImage(container.image))
      .map((): DeployedMonitor => ({ place, kind: 'exporter', name: label.name })),
    programs: programs.map(({ container }): DeployedProgram => {
      const processes = containerProcesses(container);
      return {
        place,
        kind: 'kubernetes',
        ...label,
        ...(programs.length > 1 && { name: `${label.name}/${container.name}` }),
        ...(replicas !== undefined && { replicas }),
        ...(processes !== undefined && { processes }),
        environment: container.environment,
        ...(container.image !== '' && { image: container.image }),
      };
    }),
    references: referencesIn(
      text,
      programs.flatMap(({ container }) => container.variables),
    ),
  };
}

/** Kustomize's, of a program that stands elsewhere. */
function patchPart({ kind, place, label }: Manifest, replicas: number | undefined): Part {
  if (replicas === undefined || !/^(?:Deployment|StatefulSet|Rollout)$/.test(kind)) return {};
  return { programs: [{ place, kind: 'kubernetes', ...label, replicas, environment: {} }] };
}

/** Beside a server stand its helpers: what checks it, backs it up, looks after it. */
function isProgram({ image }: Container, isBesideServer: boolean): boolean {
  return !isBesideServer && !isPoolerImage(image) && !isExporterImage(image) && !isOtherService(image);
}

function containerOf(item: Yaml, { path, label }: Manifest): Container {
  const entries = entriesOfEnvironment(item.at('env'));
  return {
    name: item.at('name').text ?? '',
    image: item.at('image').text ?? '',
    command: `${item.at('command').words} ${item.at('args').words}`.trim(),
    environment: environmentOf(entries),
    variables: variablesOf(entries, path, label.name),
    ports: item.at('ports').items.flatMap((port) => port.at('containerPort').number ?? []),
  };
}

function serverOf(item: Yaml, container: Container, { place, label }: Manifest, replicas?: number): DeployedServer {
  return {
    place,
    kind: 'kubernetes',
    ...label,
    image: container.image,
    ...sizeOf(item.at('resources')),
    ...(replicas !== undefined && { instances: replicas }),
    settings: serverSettings(container.command),
  };
}

/** Limits, else requests. */
function sizeOf(resources: Yaml): Pick<DeployedServer, 'memoryBytes' | 'cores' | 'resources'> {
  const said = (name: string) => resources.at('limits', name).text ?? resources.at('requests', name).text;
  const memoryBytes = bytesOfQuantity(said('memory'));
  const cores = coresOf(said('cpu'));
  return {
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(cores !== undefined && { cores }),
    ...(resources.isThere && { resources: resources.range }),
  };
}

function cronJobPart(manifest: Manifest): Part {
  const { yaml, text, place, label, path } = manifest;
  const pod = yaml.at('spec', 'jobTemplate', 'spec', 'template', 'spec');
  const schedule = yaml.at('spec', 'schedule').text;
  const statements = pod
    .at('containers')
    .items.flatMap((item) =>
      ['command', 'args', 'env'].flatMap((key) =>
        item.at(key).isThere ? maintenanceStatements(text, item.at(key).range) : [],
      ),
    );
  const job: DeployedJob = {
    place,
    kind: 'cronjob',
    name: label.name,
    ...(schedule !== undefined && { schedule }),
    statements: statements.map((one) => one.text),
    statementRanges: statements.map(({ range }) => range),
  };
  const entries = pod.at('containers').items.flatMap((item) => entriesOfEnvironment(item.at('env')));
  return {
    maintenance: statements.length > 0 ? [job] : [],
    references: referencesIn(text, variablesOf(entries, path, label.name)),
  };
}

/** `pgbouncer.ini` in it, or the variables of programs. */
function configPart({ yaml, path, text, label }: Manifest): Part {
  const data = yaml.at('data').entries;
  const poolers = data.flatMap(([name, value]) =>
    /pgbouncer.*\.ini$/.test(name) && value.text !== undefined
      ? iniPoolers(value.text, { path, range: value.range }).map((pooler) => ({ ...pooler, ...label }))
      : [],
  );
  const entries = data.filter(([, value]) => value.text !== undefined && !value.text.includes('\n'));
  return { poolers, references: referencesIn(text, variablesOf(entries, path)) };
}

/** CloudNativePG's; other operators have a Cluster, too. */
function clusterPart({ yaml, place, label }: Manifest): Part {
  if (!/^postgresql\.cnpg\.io\//.test(yaml.at('apiVersion').text ?? '')) return {};
  const spec = yaml.at('spec');
  const image = spec.at('imageName').text;
  const parameters = spec.at('postgresql', 'parameters').entries;
  const server: DeployedServer = {
    place,
    kind: 'cloudnativepg',
    ...label,
    ...(image !== undefined && { image }),
    ...sizeOf(spec.at('resources')),
    instances: spec.at('instances').number ?? 1,
    settings: Object.fromEntries(parameters.map(([name, value]) => [name, value.text ?? ''])),
  };
  const isWatched = spec.at('monitoring', 'enablePodMonitor').text === 'true';
  return {
    servers: [server],
    monitoring: isWatched ? [{ place, kind: 'scrape config', name: label.name }] : [],
  };
}

function cloudNativePooler(yaml: Yaml, place: ManifestPlace, label: Manifest['label']): DeployedPooler {
  const spec = yaml.at('spec');
  const parameters = spec.at('pgbouncer', 'parameters').entries.map(([name, value]) => [name, value.text]);
  const replicas = spec.at('instances').number;
  return {
    place,
    kind: 'cloudnativepg',
    ...label,
    ...poolSettings({
      ...Object.fromEntries(parameters),
      pool_mode: spec.at('pgbouncer', 'poolMode').text ?? 'session',
    }),
    ...(replicas !== undefined && { replicas }),
  };
}

function monitorPart(
  { text, yaml, place, label }: Manifest,
  kind: DeployedMonitor['kind'],
  isAboutPostgres: RegExp,
): Part {
  const { start, end } = yaml.range;
  return isAboutPostgres.test(text.slice(start, end)) ? { monitoring: [{ place, kind, name: label.name }] } : {};
}

function scalePart(target: Yaml, most: Yaml): Part {
  return target.text === undefined || most.number === undefined
    ? {}
    : { scales: [{ name: target.text, replicas: most.number }] };
}
