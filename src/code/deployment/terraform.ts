import { dirname } from 'node:path';
import type { DeployedServer } from './deployment';
import { type HclBlock, readHcl } from './hcl';
import type { Part } from './part';

/** Per kind of resource: where it says how large it is, and what it is a replica of. */
const servers: Readonly<Record<string, { readonly size: readonly string[]; readonly replicaOf?: string }>> = {
  aws_db_instance: { size: ['instance_class'], replicaOf: 'replicate_source_db' },
  aws_rds_cluster_instance: { size: ['instance_class'] },
  google_sql_database_instance: { size: ['settings', 'tier'], replicaOf: 'master_instance_name' },
  azurerm_postgresql_flexible_server: { size: ['sku_name'], replicaOf: 'source_server_id' },
  digitalocean_database_cluster: { size: ['size'] },
};

export interface TerraformFile {
  readonly path: string;
  readonly text: string;
}

/** The database servers of Terraform files; variables count with the values that stand in files of the same folder. */
export function readTerraform(files: readonly TerraformFile[]): Part {
  const read = files.map(({ path, text }) => ({ path, blocks: readHcl(text) }));
  return {
    servers: read.flatMap(({ path, blocks }) => {
      const beside = read.filter((other) => dirname(other.path) === dirname(path)).flatMap((other) => other.blocks);
      const variables = defaultsOf(beside);
      return blocks.flatMap((block) => serverOf(block, path, variables) ?? []);
    }),
  };
}

function serverOf(block: HclBlock, path: string, variables: ReadonlyMap<string, string>): DeployedServer | undefined {
  const [type = '', name = ''] = block.labels;
  const kind = block.type === 'resource' ? servers[type] : undefined;
  if (!kind) return undefined;
  const say = (attribute: string | undefined): string | undefined => attribute && literal(attribute, variables);
  const engine = say(block.attributes.engine ?? block.attributes.database_version);
  if (engine !== undefined && !/postgres|^pg$/i.test(engine)) return undefined;
  // A replica has the engine of what it replicates.
  const replicaOf = kind.replicaOf === undefined ? undefined : sourceOf(block.attributes[kind.replicaOf], say);
  if (engine === undefined && replicaOf === undefined && !/azurerm|cluster_instance/.test(type)) return undefined;
  const instanceClass = say(attributeAt(block, kind.size));
  const count = Number(say(block.attributes.count) ?? Number.NaN);
  return {
    place: { path, range: block.range },
    kind: 'terraform',
    name,
    ...(instanceClass !== undefined && { instanceClass }),
    ...(Number.isInteger(count) && { instances: count }),
    ...(replicaOf !== undefined && { replicaOf }),
    settings: {},
  };
}

/** `['settings', 'tier']`: of the block `settings` the attribute `tier`. */
function attributeAt(block: HclBlock, path: readonly string[]): string | undefined {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return block.attributes[first];
  const below = block.blocks.find(({ type }) => type === first);
  return below && attributeAt(below, rest);
}

/** `aws_db_instance.primary.identifier` → `primary` */
function sourceOf(attribute: string | undefined, say: (attribute: string) => string | undefined): string | undefined {
  return attribute && (/^\w+\.(\w+)\.\w+$/.exec(attribute)?.[1] ?? say(attribute) ?? attribute);
}

function defaultsOf(blocks: readonly HclBlock[]): ReadonlyMap<string, string> {
  return new Map(
    blocks.flatMap(({ type, labels, attributes }): [string, string][] => {
      if (type === 'locals') return Object.entries(attributes).map(([name, value]) => [`local.${name}`, value]);
      const given = attributes.default;
      return type === 'variable' && given !== undefined ? [[`var.${labels[0]}`, given]] : [];
    }),
  );
}

/** A text or a number; undefined for what is computed. */
function literal(attribute: string, variables: ReadonlyMap<string, string>): string | undefined {
  const given = /^(?:var|local)\.\w+$/.test(attribute) ? variables.get(attribute) : attribute;
  const [, text, number] = /^(?:"([^"$]*)"|(\d+(?:\.\d+)?))$/.exec(given ?? '') ?? [];
  return text ?? number;
}
