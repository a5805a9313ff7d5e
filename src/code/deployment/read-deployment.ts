import { basename, dirname } from 'node:path';
import { readComposeFile } from './compose';
import type { DeployedPooler, DeployedProgram, Deployment } from './deployment';
import { readDockerfile, readProcfile } from './dockerfile';
import { readEnvironmentExample } from './environment-files';
import { iniPoolers } from './ini';
import { readCronSchedules, readCrontab, readUnits } from './jobs';
import { readManifest } from './kubernetes';
import { readDashboard, readPrometheusFile } from './monitoring';
import { type Part, together } from './part';
import { readProcessFile } from './pm2';
import { fillTemplate, readValues } from './template';
import { readTerraform } from './terraform';
import { readYaml, type Yaml } from './yaml';

export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

const isDockerfile = /^(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..+)?$/i;
const isProcessFile = /^(?:ecosystem|pm2|process)(?:\.config)?\.(?:[cm]?js|json|ya?ml)$/i;
const isCrontab = /^(?:crontab|.*\.cron|.*\.crontab|cronfile)$/i;
const isUnit = /\.(?:service|timer)$/;
const isEnvironmentExample = /^\.env\.(?:example|sample|template|dist)$|^(?:example|sample)\.env$/;
const isIni = /pgbouncer.*\.ini$/i;
/** Of package managers and tools: large, and about nothing of this. */
const isToolFile = /^(?:package(?:-lock)?|tsconfig.*|composer|pnpm-lock|.*\.schema|.*-lock)\.(?:json|ya?ml)$/i;

/** Whether a file of that name may say something of how programs run; asked of every file before it is read. */
export function mayBeManifest(name: string): boolean {
  if (isToolFile.test(name)) return false;
  return (
    /\.(?:ya?ml|tf|sql|json)$/i.test(name) ||
    [isDockerfile, isProcessFile, isCrontab, isUnit, isEnvironmentExample, isIni].some((one) => one.test(name)) ||
    name === 'Procfile' ||
    // Of Spring Boot, for its pool.
    /^application(?:-[\w-]+)?\.properties$/.test(name)
  );
}

/** Never throws: a file that cannot be read says nothing. */
export function readDeployment(files: readonly ManifestFile[]): Deployment {
  const values = new Map(
    files
      .filter(({ path }) => /^values\.ya?ml$/.test(basename(path)))
      .map(({ path, text }) => [dirname(path), readValues(text)]),
  );
  const { scales, ...deployment } = together([
    ...files.map((file) => partOf(file, values)),
    readTerraform(files.filter(({ path }) => path.endsWith('.tf'))),
    readUnits(files.filter(({ path }) => isUnit.test(path))),
  ]);
  const scaled = deployment.programs.map((program) => {
    const most = scales.find(({ name }) => name === program.name && program.kind === 'kubernetes')?.replicas;
    return most === undefined ? program : { ...program, replicas: Math.max(most, program.replicas ?? 1) };
  });
  return {
    ...deployment,
    programs: withoutPatches(withProcesses(scaled)),
    poolers: withTheirFiles(deployment.poolers),
  };
}

function partOf({ path, text }: ManifestFile, values: ReadonlyMap<string, Yaml | undefined>): Part {
  const name = basename(path);
  if (isProcessFile.test(name)) return readProcessFile(text, path);
  if (isDockerfile.test(name)) return readDockerfile(text, path);
  if (name === 'Procfile') return readProcfile(text, path);
  if (isCrontab.test(name)) return readCrontab(text, path);
  if (isEnvironmentExample.test(name)) return readEnvironmentExample(text, path);
  if (isIni.test(name)) return { poolers: iniPoolers(text, { path, range: { start: 0, end: text.length } }) };
  if (name.endsWith('.sql')) return readCronSchedules(text, path);
  return /\.(?:ya?ml|json)$/i.test(name) ? yamlPart(path, text, values) : {};
}

/** What a file has that is about this: to parse all of a workspace would take seconds. */
function isTelling(path: string, text: string): boolean {
  if (!path.endsWith('.json')) return /^(?:kind|services|groups|scrape_configs)\s*:/m.test(text);
  return /"panels"\s*:/.test(text)
    ? /\bpg_|postgres/i.test(text)
    : /"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text);
}

function yamlPart(path: string, text: string, values: ReadonlyMap<string, Yaml | undefined>): Part {
  if (!isTelling(path, text)) return {};
  const template = fillTemplate(text, nearest(values, dirname(path)));
  return together(
    readYaml(template.text, template.fill).map(
      (yaml) =>
        readManifest(yaml, path, text) ??
        readComposeFile(yaml, path, text) ??
        readPrometheusFile(yaml, path, text) ??
        readDashboard(yaml, path, text) ??
        {},
    ),
  );
}

function nearest(values: ReadonlyMap<string, Yaml | undefined>, folder: string): Yaml | undefined {
  if (values.has(folder)) return values.get(folder);
  const above = dirname(folder);
  return above === folder ? undefined : nearest(values, above);
}

/** A service that is built in a folder runs as the folder's Dockerfile says, unless it says so itself. */
function withProcesses(programs: readonly DeployedProgram[]): DeployedProgram[] {
  const built = programs.filter(({ kind, processes }) => kind === 'dockerfile' && processes !== undefined);
  return programs.map((program) => {
    if (program.processes !== undefined || (program.kind !== 'kubernetes' && program.kind !== 'compose'))
      return program;
    const name = program.image
      ?.replace(/[:@].*$/, '')
      .split('/')
      .at(-1);
    const from = built.find(({ folder }) =>
      program.folder === undefined ? basename(folder ?? '') === name : folder === program.folder,
    );
    if (!from) return program;
    return { ...program, processes: from.processes, folder: program.folder ?? from.folder };
  });
}

/** A patch of Kustomize says how many there are of a program that another file has whole. */
function withoutPatches(programs: readonly DeployedProgram[]): DeployedProgram[] {
  const isPatch = ({ kind, image }: DeployedProgram) => kind === 'kubernetes' && image === undefined;
  const isOf = (patch: DeployedProgram) => (whole: DeployedProgram) =>
    !isPatch(whole) && whole.kind === 'kubernetes' && whole.name === patch.name;
  const patches = programs.filter((program) => isPatch(program) && programs.some(isOf(program)));
  return programs
    .filter((program) => !patches.includes(program))
    .map((program) => {
      const counts = patches.filter((patch) => isOf(patch)(program)).flatMap(({ replicas }) => replicas ?? []);
      return counts.length === 0 ? program : { ...program, replicas: Math.max(program.replicas ?? 1, ...counts) };
    });
}

/** A container of PgBouncer without variables is told by the pgbouncer.ini that is mounted: the one of its manifest, or the only one. */
function withTheirFiles(poolers: readonly DeployedPooler[]): DeployedPooler[] {
  const read = new Set<DeployedPooler>();
  const inis = poolers.filter(({ kind }) => kind === 'ini');
  const all = poolers.map((pooler) => {
    if ((pooler.kind !== 'kubernetes' && pooler.kind !== 'compose') || pooler.poolMode || pooler.defaultPoolSize)
      return pooler;
    const beside = inis.filter(({ place }) => place.path === pooler.place.path);
    const [ini, other] = beside.length > 0 ? beside : inis;
    if (!ini || other) return pooler;
    read.add(ini);
    return { ...ini, ...pooler };
  });
  return all.filter((pooler) => !read.has(pooler));
}
