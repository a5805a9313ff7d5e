import type { TextRange } from '../../nouns/text-range';
import type { ManifestFile } from '../deployment/read-deployment';
import { readYaml, type Yaml } from '../deployment/yaml';
import { partsOfUrl } from './connects-to';
import type { PoolSetting, PoolUse } from './pool-use';
import { environments } from './settings';

/** `application.properties`, `application-prod.yml` */
const ofSpring = /[/\\]application(?:-([\w-]+))?\.(?:properties|ya?ml)$/;

interface Setting {
  readonly path: string;
  readonly text: string;
  readonly range: TextRange;
}

type Settings = ReadonlyMap<string, Setting>;

/**
 * Spring Boot's pool, HikariCP, by its files of configuration, those of production before the common ones: 10 connections, 30 s of
 * waiting, 10 minutes idle (https://github.com/brettwooldridge/HikariCP#gear-configuration-knobs-baby).
 */
export function hikariPools(files: readonly ManifestFile[]): PoolUse[] {
  const own = files.filter(({ path }) => ofSpring.test(path) && !/[/\\]src[/\\]test[/\\]/.test(path));
  const folders = new Set(own.map(({ path }) => folderOf(path)));
  return [...folders].flatMap((folder) => poolOf(own.filter(({ path }) => folderOf(path) === folder)) ?? []);
}

const folderOf = (path: string): string => path.replace(/[/\\][^/\\]*$/, '');

function poolOf(files: readonly ManifestFile[]): PoolUse | undefined {
  const rank = ({ path }: ManifestFile) => {
    const profile = ofSpring.exec(path)?.[1];
    return profile === undefined ? environments.length : environments.indexOf(profile);
  };
  // Of the profiles one counts, as of other configurations; tests and people's own are none of those.
  const known = files.filter((file) => rank(file) >= 0).sort((a, b) => rank(a) - rank(b));
  const [nearest] = known;
  const common = known.filter((file) => rank(file) === environments.length);
  const all = new Map([...common, ...(nearest ? [nearest] : [])].flatMap((file) => [...settingsOf(file)]));
  const url = all.get('spring.datasource.hikari.jdbcurl') ?? all.get('spring.datasource.url');
  if (!url || !isPostgres(url, all)) return undefined;
  const { variable, otherwise } = placeholder(url.text);
  const target = { ...(variable && { variable }), ...partsOfUrl((otherwise ?? url.text).replace(/^jdbc:/, '')) };
  const setting = (name: string, without: number) =>
    settingOf(all.get(`spring.datasource.hikari.${flat(name)}`), name, without);
  return {
    path: url.path,
    range: url.range,
    library: 'hikari',
    max: setting('maximum-pool-size', 10),
    waitMs: setting('connection-timeout', 30_000),
    idleMs: setting('idle-timeout', 600_000),
    ...(Object.keys(target).length > 0 && { connectsTo: target }),
    role: 'primary',
  };
}

function isPostgres({ text }: Setting, all: Settings): boolean {
  if (/jdbc:postgresql:/.test(text)) return true;
  const others = ['spring.datasource.driverclassname', 'spring.jpa.databaseplatform', 'spring.jpa.database'];
  return !/jdbc:\w/.test(text) && others.some((name) => /postgres/i.test(all.get(name)?.text ?? ''));
}

function settingsOf(file: ManifestFile): Settings {
  return file.path.endsWith('.properties') ? ofProperties(file) : ofYaml(file);
}

/** Spring reads `maximum-pool-size`, `maximumPoolSize` and `maximum_pool_size` as one. */
const flat = (key: string): string => key.replace(/[-_]/g, '').toLowerCase();

function ofProperties({ path, text }: ManifestFile): Settings {
  const found = new Map<string, Setting>();
  for (const line of text.matchAll(/^[ \t]*([\w.[\]-]+)[ \t]*[=:][ \t]*(.*?)[ \t]*$/gm)) {
    const [whole, key = '', value = ''] = line;
    const start = line.index + whole.trimEnd().length - value.length;
    found.set(flat(key), { path, text: value, range: { start, end: start + value.length } });
  }
  return found;
}

function ofYaml({ path, text }: ManifestFile): Settings {
  const found = new Map<string, Setting>();
  const read = (yaml: Yaml, key: string) => {
    if (yaml.text !== undefined) found.set(flat(key), { path, text: yaml.text, range: yaml.range });
    for (const [name, inner] of yaml.entries) read(inner, key === '' ? name : `${key}.${name}`);
  };
  // Later documents are those of profiles.
  const [first] = readYaml(text);
  if (first) read(first, '');
  return found;
}

function settingOf(found: Setting | undefined, name: string, without: number): PoolSetting {
  if (!found) return { value: without, isDefault: true };
  const { path, text, range } = found;
  const number = (written: string | undefined) =>
    written?.trim() && Number.isFinite(Number(written)) ? Number(written) : undefined;
  const value = number(text);
  if (value !== undefined) return { value, isDefault: false, range, path, name };
  const { variable, otherwise } = placeholder(text);
  const fallback = number(otherwise);
  return {
    ...(fallback !== undefined && { value: fallback }),
    isDefault: false,
    range,
    path,
    source: text,
    name,
    ...(variable && { variable }),
  };
}

/** `${DB_POOL_SIZE:20}` → DB_POOL_SIZE, 20 */
function placeholder(text: string): { readonly variable?: string; readonly otherwise?: string } {
  const [, variable, otherwise] = /^\$\{([A-Z][A-Z0-9_]*)(?::(.*))?\}$/.exec(text.trim()) ?? [];
  return { ...(variable && { variable }), ...(otherwise !== undefined && { otherwise }) };
}
