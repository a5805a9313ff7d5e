import { optional } from '../support/program-values';
import { type Declaration, declarationKey, type PropDeclaration } from './declaration';
import { type MikroEntity, type Prop, primaryColumns } from './entity';

/** Names of tables and columns from those of classes and properties. */
export interface NamingStrategy {
  table(className: string): string;
  column(property: string): string;
  key(name: string, referenced: string): string;
  pivot(table: string, property: string): string;
}

const underscored = (name: string) => name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

/** UnderscoreNamingStrategy, the default for SQL: `urlSlug` → url_slug, `author` → author_id. */
export const underscoreNaming: NamingStrategy = {
  table: underscored,
  column: underscored,
  key: (name, referenced) => `${underscored(name)}_${referenced}`,
  pivot: (table, property) => `${underscored(table)}_${underscored(property)}`,
};

/** EntityCaseNamingStrategy: as they are. */
export const entityCaseNaming: NamingStrategy = {
  table: (className) => className,
  column: (property) => property,
  key: (name, referenced) => (referenced === 'id' ? name : `${name}_${referenced}`),
  pivot: (table, property) => `${table}_${property}`,
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Draft {
  readonly declaration: Declaration;
  readonly entity: Omit<MikroEntity, 'props'> & { readonly props: Writable<Prop>[] };
}

/** Makes all names and links the relations, as MikroORM's discovery does. */
export function buildEntities(declarations: readonly Declaration[], naming: NamingStrategy): MikroEntity[] {
  const find = (prop: PropDeclaration): Declaration | undefined => {
    const { target } = prop;
    if (target === undefined) return undefined;
    return declarations.find((each) =>
      'key' in target ? declarationKey(each.uri, each.range) === target.key : each.name === target.name,
    );
  };
  const drafts: Draft[] = declarations
    .filter((each) => !each.isEmbeddable)
    .map((declaration) => ({
      declaration,
      entity: {
        name: declaration.name,
        ...optional('schema', declaration.schema),
        table: declaration.table ?? naming.table(declaration.name),
        props: declaration.props.map((prop) => plainProp(prop, find, naming, '', 0)),
        filters: declaration.filters,
        uri: declaration.uri,
        range: declaration.range,
        notes: declaration.notes,
      },
    }));
  for (const draft of drafts) {
    for (const prop of draft.entity.props) {
      const declared = draft.declaration.props.find((each) => each.name === prop.name);
      const target = declared && drafts.find((each) => each.declaration === find(declared));
      if (declared !== undefined && target !== undefined && prop.kind !== 'embedded') prop.target = target.entity;
    }
  }
  for (const draft of drafts) addKeys(draft, naming);
  for (const draft of drafts) addPivots(draft, drafts, naming);
  return drafts.map((each) => each.entity);
}

function plainProp(
  declared: PropDeclaration,
  find: (prop: PropDeclaration) => Declaration | undefined,
  naming: NamingStrategy,
  prefix: string,
  depth: number,
): Writable<Prop> {
  const { kind } = declared;
  const column = prefix + (declared.fieldNames?.[0] ?? naming.column(declared.name));
  const isInline = kind === 'embedded' && !declared.isObject;
  const inner = isInline && depth < 5 ? find(declared) : undefined;
  const ownPrefix = declared.prefix === false ? '' : (declared.prefix ?? `${naming.column(declared.name)}_`);
  const isGenerated =
    (declared.isPrimary && /^(?:int|number|bigint|serial|smallint)/i.test(declared.type ?? '')) || declared.hasDefault;
  return {
    name: declared.name,
    kind: kind === 'embedded' && !isInline ? 'scalar' : kind,
    columns: kind === 'scalar' || (kind === 'embedded' && !isInline) ? [column] : [],
    ...optional('type', declared.type),
    ...(declared.isPrimary ? { isPrimary: true } : {}),
    ...(declared.isUnique ? { isUnique: true } : {}),
    ...(declared.isNullable ? { isNullable: true } : {}),
    ...(declared.isLazy ? { isLazy: true } : {}),
    ...(declared.isEager ? { isEager: true } : {}),
    ...(declared.isVirtual ? { isVirtual: true } : {}),
    ...(isGenerated ? { isGenerated: true } : {}),
    ...optional('default', declared.default),
    ...(isInline
      ? { embedded: (inner?.props ?? []).map((each) => plainProp(each, find, naming, prefix + ownPrefix, depth + 1)) }
      : {}),
    ...optional('mappedBy', declared.mappedBy),
    ...(isOwner(declared) ? { isOwner: true } : {}),
    referenced: [],
    ...optional('orderBy', declared.orderBy),
    range: declared.range,
  };
}

function isOwner({ kind, owner, mappedBy }: PropDeclaration): boolean {
  if (kind === 'm:1') return true;
  return (kind === '1:1' || kind === 'm:n') && (owner ?? mappedBy === undefined);
}

function addKeys({ declaration, entity }: Draft, naming: NamingStrategy): void {
  for (const prop of entity.props) {
    if (prop.target === undefined || !prop.isOwner || prop.kind === 'm:n') continue;
    const declared = declaration.props.find((each) => each.name === prop.name);
    // A key of a target may be a relation itself that has no columns yet: then it is named by convention.
    const keys = primaryColumns(prop.target);
    prop.referenced = keys.length === 0 ? ['id'] : keys;
    prop.columns =
      declared?.fieldNames ?? declared?.joinColumns ?? prop.referenced.map((key) => naming.key(prop.name, key));
  }
}

function addPivots({ declaration, entity }: Draft, drafts: readonly Draft[], naming: NamingStrategy): void {
  for (const prop of entity.props) {
    const { target } = prop;
    if (target === undefined || prop.kind !== 'm:n' || !prop.isOwner) continue;
    const declared = declaration.props.find((each) => each.name === prop.name);
    const isSelf = target === entity;
    const columns = (of: MikroEntity, suffix: string) =>
      primaryColumns(of).map((key) => naming.key(isSelf ? `${of.name}${suffix}` : of.name, key));
    prop.pivot = {
      table: declared?.pivotTable ?? naming.pivot(entity.table, prop.name),
      near: declared?.joinColumns ?? columns(entity, '_1'),
      far: declared?.inverseJoinColumns ?? columns(target, '_2'),
    };
    const other = drafts
      .find((each) => each.entity === target)
      ?.entity.props.find((each) => each.kind === 'm:n' && each.mappedBy === prop.name && each.target === entity);
    if (other !== undefined) other.pivot = { table: prop.pivot.table, near: prop.pivot.far, far: prop.pivot.near };
  }
}
