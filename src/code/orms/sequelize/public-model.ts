import type { Model, ModelColumn, Association as PublicAssociation } from '../../models/model';
import { type Dict, member, textOf } from './datum';
import { type Association, fieldOf, foreignField, type SequelizeModel } from './declared';
import type { DeclaredModels } from './declared-models';
import type { Evaluator } from './evaluate';
import { defaultScope } from './scopes';

export const library = 'sequelize';

/** What Sequelize alone needs of a model. */
export interface Details extends Readonly<Record<string, unknown>> {
  readonly declared: SequelizeModel;
  readonly all: DeclaredModels;
}

/** A model as all parts of Planlight know it. */
export function publicModel(declared: SequelizeModel, all: DeclaredModels, evaluator: Evaluator): Model {
  const scope = defaultScope(declared, evaluator);
  const always = includedBy(scope);
  const details: Details = { declared, all };
  return {
    library,
    name: declared.name,
    ...(declared.schema === undefined ? {} : { schema: declared.schema }),
    table: declared.table,
    columns: [...declared.attributes.values()]
      .filter((each) => each.type.name !== 'VIRTUAL')
      .map(
        (each): ModelColumn => ({
          property: each.name,
          column: each.field,
          ...(each.type.sql === '' ? {} : { type: postgresType(each.type.sql) }),
          ...(each.isPrimaryKey ? { isPrimaryKey: true } : {}),
          ...(each.isAutoIncrement ? { isGenerated: true } : {}),
          ...(each.hasGetter ? { isTransformed: true } : {}),
          ...(each.default ? { default: each.default.value } : {}),
          ...(each.range ? { range: each.range } : {}),
        }),
      ),
    associations: [...declared.associations.values()].map((each) => publicAssociation(each, always.has(each.as))),
    uri: declared.uri,
    range: declared.range,
    ...(member(scope, 'where') ? { hasDefaultCondition: true } : {}),
    ...(declared.hooks.size === 0 ? {} : { hooks: [...declared.hooks] }),
    details,
  };
}

function postgresType(sql: string): string {
  return sql.toLowerCase() === 'timestamp with time zone' ? 'timestamptz' : sql.toLowerCase();
}

/** The associations that the default scope includes. */
function includedBy(scope: Dict): ReadonlySet<string | undefined> {
  const include = member(scope, 'include');
  return new Set(include?.kind === 'list' ? include.items.map((each) => textOf(member(each, 'as'))) : []);
}

function publicAssociation(association: Association, isEager: boolean): PublicAssociation {
  const { as, kind, source, target, sourceKey, targetKey, otherKey, through, scope, uri, range } = association;
  const referenced = kind === 'belongsTo' ? fieldOf(target, targetKey) : fieldOf(source, sourceKey);
  return {
    name: as,
    kind,
    target: target.name,
    targetUri: target.uri,
    foreignKey: [foreignField(association)],
    referenced: [referenced],
    ...(through
      ? {
          through: {
            ...(through.model.schema === undefined ? {} : { schema: through.model.schema }),
            table: through.model.table,
            otherKey: [fieldOf(through.model, otherKey)],
            otherReferenced: [fieldOf(target, targetKey)],
          },
        }
      : {}),
    ...(isEager ? { isEager } : {}),
    ...(scope || through?.scope ? { isRestricted: true } : {}),
    uri,
    range,
  };
}
