import { columnWithRole, type Entity, type EntityRelation, isToOneOwner } from './entity';
import type { Join, Loaded, SelectQuery } from './select-query';
import { aliasOf } from './statement-text';

/** INNER only where a row is always there: a key that cannot be null to rows that are never marked as deleted. */
export function joinTypeOf(
  relation: EntityRelation,
  withDeleted: boolean,
  parentType: Join['direction'] = 'INNER',
): Join['direction'] {
  if (parentType === 'LEFT' || relation.isNullable || !isToOneOwner(relation)) return 'LEFT';
  return columnWithRole(relation.target, 'delete date') === undefined || withDeleted ? 'INNER' : 'LEFT';
}

/** `@ManyToOne(() => User, { eager: true })`: joined wherever a finder reads the entity, and so on from there. */
export function joinEagerRelations(
  query: SelectQuery,
  alias: string,
  entity: Entity,
  loaded: (load: Loaded) => void,
  path = '',
  parentType: Join['direction'] = 'INNER',
  depth = 0,
): void {
  if (depth > 10) return;
  for (const relation of entity.relations.filter((each) => each.isEager)) {
    const known = query.joinedRelation(alias, relation);
    const name = known?.alias.name ?? aliasOf('__', alias, relation.property);
    const type = known?.direction ?? joinTypeOf(relation, query.withDeleted, parentType);
    if (known === undefined) query.join(type, { name, entity: relation.target }, { parent: alias, relation });
    if (!query.isSelected(name)) query.selects.push({ selection: name });
    const full = path === '' ? relation.path : `${path}.${relation.path}`;
    if (known === undefined) loaded({ path: full, range: relation.range });
    joinEagerRelations(query, name, relation.target, loaded, full, type, depth + 1);
  }
}
