import { createRequire } from 'node:module';
import type * as Validator from '@kubernetes-models/validate';
import { parseAllDocuments } from 'yaml';

/** The library keeps its schemas in one place for `import` and in another for `require`. */
const load = createRequire(__filename);
const { validate } = load('@kubernetes-models/validate') as typeof Validator;

interface JsonSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

type Fields = Readonly<Record<string, unknown>>;

export interface ManifestOptions {
  /** Kinds of operators, of which there is no schema here: `postgresql.cnpg.io/v1 Cluster`. Only their names are checked. */
  readonly custom?: readonly string[];
}

/**
 * What a Kubernetes server would refuse in a file of manifests, a sentence each: the schema of its API as `kubernetes-models`
 * has it, names of fields that do not exist (`kubectl apply` refuses them), and what the server checks besides its schema
 * (labels that a selector asks for, volumes that are mounted, ports that probes name).
 */
export function manifestErrors(text: string, { custom = [] }: ManifestOptions = {}): string[] {
  const errors: string[] = [];
  const documents = parseAllDocuments(text);
  for (const document of documents) {
    if (document.errors.length > 0) {
      errors.push(...document.errors.map(({ message }) => message));
      continue;
    }
    const manifest: unknown = document.toJS();
    if (manifest === null) continue;
    errors.push(...(isFields(manifest) ? errorsOf(manifest, custom) : ['A document is no object.']));
  }
  return documents.length === 0 ? ['There is no document.'] : errors;
}

function errorsOf(manifest: Fields, custom: readonly string[]): string[] {
  const { apiVersion, kind } = manifest;
  const label = `${kind} ${fieldsOf(manifest.metadata).name}`;
  const isCustom = custom.includes(`${apiVersion} ${kind}`);
  const found = isCustom ? [] : schemaErrors(manifest, String(apiVersion), String(kind));
  return [...found, ...nameErrors(manifest), ...podErrors(manifest)].map((error) => `${label}: ${error}`);
}

function schemaErrors(manifest: Fields, apiVersion: string, kind: string): string[] {
  const none = `there is no kind ${kind} in ${apiVersion}`;
  // The library has those, too, that servers have dropped long ago.
  if (!/\bv\d+$/.test(apiVersion)) return [none];
  try {
    const models = load(`kubernetes-models/${apiVersion}/${kind}`) as Readonly<Record<string, unknown>>;
    const Model = models[kind] as new (data: unknown) => { validate(): void };
    new Model(manifest).validate();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? none : message];
  }
  return unknownFields(manifest, { $ref: `${schemaId(apiVersion, kind)}#` }, '');
}

/** `apps/v1` → io.k8s.api.apps.v1, `v1` → io.k8s.api.core.v1, `rbac.authorization.k8s.io/v1` → io.k8s.api.rbac.v1 */
function schemaId(apiVersion: string, kind: string): string {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  return `io.k8s.api.${group.split('.')[0]}.${version}.${kind}`;
}

function unknownFields(value: unknown, given: JsonSchema, path: string): string[] {
  const schema = resolved(given);
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => (schema.items ? unknownFields(item, schema.items, `${path}[${at}]`) : []));
  }
  if (!isFields(value) || (!schema.properties && !schema.additionalProperties)) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const own = schema.properties?.[name] ?? schema.additionalProperties;
    if (own === undefined || own === false) return [`unknown field ${path}.${name}`];
    return own === true ? [] : unknownFields(field, own, `${path}.${name}`);
  });
}

function resolved(schema: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) return resolved(registered(schema.$ref.replace(/#$/, '')));
  const objects = schema.oneOf?.filter((one) => one.$ref !== undefined || one.properties !== undefined);
  return objects?.[0] ? resolved(objects[0]) : schema;
}

/** The library tells a schema only beside the error of a value that does not meet it: of a symbol, nothing does. */
function registered(id: string): JsonSchema {
  try {
    validate(id, Symbol(id));
  } catch (error) {
    const [first] = (error as { errors?: readonly { parentSchema?: JsonSchema }[] }).errors ?? [];
    if (first?.parentSchema) return first.parentSchema;
    throw error;
  }
  return {};
}

/** RFC 1123 subdomains, as the names of all objects. */
function nameErrors({ metadata }: Fields): string[] {
  const { name } = fieldsOf(metadata);
  const isName = typeof name === 'string' && /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
  return isName ? [] : [`metadata.name is no name of an object: ${String(name)}`];
}

function podErrors({ kind, spec: given }: Fields): string[] {
  const spec = fieldsOf(given);
  const template = fieldsOf(kind === 'CronJob' ? fieldsOf(fieldsOf(spec.jobTemplate).spec).template : spec.template);
  const pod = fieldsOf(template.spec);
  const containers = [...listOf(pod.initContainers), ...listOf(pod.containers)].map(fieldsOf);
  const volumes = new Set([...listOf(pod.volumes), ...listOf(spec.volumeClaimTemplates)].map(volumeName));
  const labels = fieldsOf(fieldsOf(template.metadata).labels);
  const wanted = Object.entries(fieldsOf(fieldsOf(spec.selector).matchLabels));
  return [
    ...(pod.containers === undefined ? [] : wanted)
      .filter(([name, value]) => labels[name] !== value)
      .map(([name]) => `the selector asks for a label that its pods do not have: ${name}`),
    ...containers.flatMap((container) => [
      ...listOf(container.volumeMounts)
        .map((mount) => fieldsOf(mount).name)
        .filter((name) => !volumes.has(name))
        .map((name) => `there is no volume ${String(name)}`),
      ...listOf(container.env)
        .map(fieldsOf)
        .filter(({ value, valueFrom }) => value !== undefined && valueFrom !== undefined)
        .map(({ name }) => `${String(name)} has a value twice`),
      ...probePortErrors(container),
    ]),
  ];
}

function probePortErrors(container: Fields): string[] {
  const names = new Set(listOf(container.ports).map((port) => fieldsOf(port).name));
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => {
    const { tcpSocket, httpGet } = fieldsOf(container[probe]);
    const { port } = fieldsOf(tcpSocket ?? httpGet);
    return typeof port === 'string' && !names.has(port) ? [`${probe} asks a port that is not named: ${port}`] : [];
  });
}

/** Of a volume of the pod, or a claim's template. */
function volumeName(volume: unknown): unknown {
  const { name, metadata } = fieldsOf(volume);
  return name ?? fieldsOf(metadata).name;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
