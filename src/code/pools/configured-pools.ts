import type { ManifestFile } from '../deployment/read-deployment';
import { readYaml, type Yaml } from '../deployment/yaml';
import { isReplicaName, partsOfUrl } from './connects-to';
import { hikariPools } from './hikari';
import type { PoolSetting, PoolUse } from './pool-use';
import { environments } from './settings';

/** The pools of the source code with what files of configuration say of them, and those that only such files make. */
export function withConfiguredPools(pools: readonly PoolUse[], files: readonly ManifestFile[]): PoolUse[] {
  const configurations = files
    .filter(({ path }) => /[/\\]config[/\\](?:config|database)\.json$/.test(path))
    .flatMap(sequelizeConfiguration);
  return [
    ...pools.map((pool) => (isConfiguredElsewhere(pool) ? fromConfiguration(pool, configurations) : pool)),
    ...files.filter(({ path }) => /[/\\]config[/\\]database\.ya?ml$/.test(path)).flatMap(railsPools),
    ...hikariPools(files),
  ];
}

/** `const config = require(__dirname + '/../config/config.json')[env]; new Sequelize(config.database, …, config)` */
function isConfiguredElsewhere({ library, options, max, connectsTo }: PoolUse): boolean {
  return (
    library === 'sequelize' &&
    options === undefined &&
    connectsTo === undefined &&
    (max.isDefault || max.value === undefined)
  );
}

interface Configuration {
  readonly folder: string;
  readonly pool: Partial<PoolUse>;
}

/** sequelize-cli's file, whose parts are named by environments: https://sequelize.org/docs/v6/other-topics/migrations/ */
function sequelizeConfiguration({ path, text }: ManifestFile): Configuration[] {
  const [yaml] = readYaml(text);
  const own = yaml && partOf(yaml);
  if (own?.at('dialect').text !== 'postgres') return [];
  const pool = own.at('pool');
  const setting = (name: string, without: number): PoolSetting => settingIn(pool.at(name), path, without, 1);
  const variable = own.at('use_env_variable').text;
  const host = own.at('host').text;
  const database = own.at('database').text;
  return [
    {
      folder: path.replace(/[/\\][^/\\]*[/\\][^/\\]*$/, ''),
      pool: {
        max: setting('max', 5),
        min: setting('min', 0),
        waitMs: setting('acquire', 60_000),
        idleMs: setting('idle', 10_000),
        connectsTo: { ...(variable && { variable }), ...(host && { host }), ...(database && { database }) },
      },
    },
  ];
}

function fromConfiguration(pool: PoolUse, configurations: readonly Configuration[]): PoolUse {
  const around = configurations.filter(({ folder }) => pool.path.startsWith(folder));
  const [nearest] = around.sort((a, b) => b.folder.length - a.folder.length);
  return nearest ? { ...pool, ...nearest.pool } : pool;
}

/**
 * `config/database.yml`: 5 connections for each process, 5 s of waiting, 300 s idle:
 * https://api.rubyonrails.org/classes/ActiveRecord/ConnectionAdapters/ConnectionPool.html
 */
function railsPools({ path, text }: ManifestFile): PoolUse[] {
  const [yaml] = readYaml(text);
  const own = yaml && partOf(yaml);
  if (!own) return [];
  // Since Rails 6 an environment may have several databases, each with a name.
  const several = own.at('adapter').isThere || own.at('url').isThere ? [['', own] as const] : own.entries;
  return several.flatMap(([name, database]): PoolUse[] => {
    const url = database.at('url').text ?? '';
    const isPostgres = /^postg/.test(database.at('adapter').text ?? '') || /postgres|ENV/.test(url);
    if (!isPostgres) return [];
    const variable = variableOf(url);
    const host = database.at('host').text;
    const target = { ...(variable && { variable }), ...(host && !host.includes('<%') && { host }), ...partsOfUrl(url) };
    return [
      {
        path,
        range: database.range,
        library: 'activerecord',
        ...(name === '' ? {} : { name }),
        max: settingIn(
          ['max_connections', 'pool'].map((one) => database.at(one)).find(({ isThere }) => isThere),
          path,
          5,
          1,
          'pool',
        ),
        waitMs: settingIn(database.at('checkout_timeout'), path, 5, 1000),
        idleMs: settingIn(database.at('idle_timeout'), path, 300, 1000),
        ...(Object.keys(target).length > 0 ? { connectsTo: target } : {}),
        role: database.at('replica').text === 'true' || isReplicaName(name) ? 'replica' : 'primary',
      },
    ];
  });
}

/** The part of production, or of the environment that is nearest to it. */
function partOf(yaml: Yaml): Yaml | undefined {
  return environments.map((name) => yaml.at(name)).find(({ isThere }) => isThere);
}

/** A number, or Ruby that asks the environment for one: `<%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>`. */
function settingIn(yaml: Yaml | undefined, path: string, without: number, factor: number, name?: string): PoolSetting {
  const text = yaml?.text;
  if (!yaml?.isThere || text === undefined) return { value: without * factor, isDefault: true };
  if (yaml.number !== undefined)
    return {
      value: yaml.number * factor,
      isDefault: false,
      range: yaml.range,
      path,
      ...(name !== undefined && { name }),
    };
  const variable = variableOf(text);
  const otherwise = /\{\s*(\d+)\s*\}|,\s*['"]?(\d+)|\|\|\s*['"]?(\d+)/
    .exec(text)
    ?.slice(1)
    .find((one) => one !== undefined);
  return {
    ...(otherwise === undefined ? {} : { value: Number(otherwise) * factor }),
    isDefault: false,
    range: yaml.range,
    path,
    source: text,
    ...(variable && { variable }),
  };
}

const variableOf = (text: string): string | undefined =>
  /ENV(?:\.fetch)?[[(]\s*['"]([A-Z][A-Z0-9_]*)['"]/.exec(text)?.[1];
