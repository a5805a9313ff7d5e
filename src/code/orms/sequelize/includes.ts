import { absent, constant, type Datum, type Dict, dict, isTrue, type List, list, member, textOf } from './datum';
import type { Association, SequelizeModel } from './declared';

/** A query with more includes than this is not shown whole. */
export const mostIncludes = 100;

/** Every include as `{ model, association, as, … }`, whichever way the program writes it; what cannot be known is left out. */
export function conformIncludes(options: Dict, model: SequelizeModel): Dict {
  const include = member(options, 'include');
  if (include === undefined) return options;
  const items = include.kind === 'list' ? include.items : [include];
  const conformed = items.map((item) => conformedInclude(item, model)).filter((item) => item !== undefined);
  const isOpen = (include.kind === 'list' && include.isOpen === true) || conformed.length < items.length;
  const all: List = { kind: 'list', items: conformed, ...(isOpen ? { isOpen } : {}) };
  return dict([...options.entries, ['include', all]], options);
}

function conformedInclude(include: Datum, model: SequelizeModel): Dict | undefined {
  const name = textOf(include);
  if (name !== undefined) return placed(ofAssociation(model.associations.get(name)), include);
  switch (include.kind) {
    case 'association':
      return placed(ofAssociation(include.association), include);
    case 'model':
      return placed(withAlias(dict([['model', include]]), model), include);
    case 'dict': {
      if (isTrue(member(include, 'all'))) return include;
      const association = member(include, 'association');
      if (association !== undefined) {
        const found =
          association.kind === 'association'
            ? association.association
            : model.associations.get(textOf(association) ?? '');
        const base = ofAssociation(found);
        if (!found || !base) return undefined;
        const own = [...include.entries].filter(([key]) => key !== 'association');
        return conformIncludes(dict([...base.entries, ...own], include), found.target);
      }
      const target = member(include, 'model');
      if (target?.kind !== 'model') return undefined;
      return conformIncludes(withAlias(include, model), target.model);
    }
    default:
      return undefined;
  }
}

function placed(include: Dict | undefined, like: Datum): Dict | undefined {
  const range = 'range' in like ? like.range : undefined;
  return include && range ? { ...include, range } : include;
}

function ofAssociation(association: Association | undefined): Dict | undefined {
  if (association === undefined) return undefined;
  return dict([
    ['model', { kind: 'model', model: association.target }],
    ['association', { kind: 'association', association }],
    ['as', constant(association.as)],
  ]);
}

/** sequelize-typescript adds the alias of the only association with that model. */
function withAlias(include: Dict, model: SequelizeModel): Dict {
  const target = member(include, 'model');
  if (!model.infersAlias || target?.kind !== 'model' || member(include, 'as') !== undefined) return include;
  const [only, ...more] = [...model.associations.values()].filter(({ target: each }) => each === target.model);
  return only && more.length === 0 ? dict([...include.entries, ['as', constant(only.as)]], include) : include;
}

/** Which association an include means; undefined where Sequelize would throw. */
export function associationOf(include: Dict, model: SequelizeModel): Association | undefined {
  const association = member(include, 'association');
  if (association?.kind === 'association') return association.association;
  const target = member(include, 'model');
  if (target?.kind !== 'model') return undefined;
  const as = textOf(member(include, 'as'));
  return [...model.associations.values()].find(
    (each) => each.target === target.model && (as === undefined ? !each.isAliased : each.as === as),
  );
}

/** `{ all: true }`, `{ all: 'BelongsTo', nested: true }` written out. */
export function expandAll(options: Dict, model: SequelizeModel): Dict {
  const include = member(options, 'include');
  if (include?.kind !== 'list') return options;
  const others = include.items.filter((item) => item.kind === 'dict' && !isTrue(member(item, 'all')));
  const items = [...others];
  const budget = { left: mostIncludes };
  for (const each of include.items) {
    if (each.kind === 'dict' && isTrue(member(each, 'all'))) addAll(items, each, model, [], budget);
  }
  const expanded = items.map((item) => {
    const target = member(item, 'model');
    return item.kind === 'dict' && target?.kind === 'model' ? expandAll(item, target.model) : item;
  });
  return dict([...options.entries, ['include', { ...include, items: expanded }]], options);
}

function addAll(
  items: Datum[],
  all: Dict,
  model: SequelizeModel,
  used: readonly SequelizeModel[],
  budget: { left: number },
): void {
  const kinds = kindsOf(member(all, 'all'));
  const isNested = isTrue(member(all, 'nested'));
  for (const association of model.associations.values()) {
    if (kinds !== undefined && !kinds.has(association.kind.toLowerCase())) continue;
    const isThere = items.some((item) => {
      const target = member(item, 'model');
      const isSame = target?.kind === 'model' && target.model === association.target;
      return isSame && (!association.isAliased || textOf(member(item, 'as')) === association.as);
    });
    if (isThere || (isNested && used.includes(association.target)) || budget.left-- < 0) continue;
    const own = [...all.entries].filter(([key]) => key !== 'all' && key !== 'nested');
    const base = ofAssociation(association) ?? all;
    const nested: Datum[] = [];
    if (isNested) addAll(nested, all, association.target, [...used, model], budget);
    items.push(dict([...own, ...base.entries, ['include', nested.length > 0 ? list(nested) : absent]]));
  }
}

const groups: Readonly<Record<string, readonly string[]>> = {
  one: ['belongsto', 'hasone'],
  has: ['hasone', 'hasmany'],
  many: ['hasmany'],
};

/** undefined: of every kind. */
function kindsOf(all: Datum | undefined): ReadonlySet<string> | undefined {
  const names = (all?.kind === 'list' ? all.items : [all]).map((each) => textOf(each)?.toLowerCase());
  if (names.includes(undefined) || names.includes('all')) return undefined;
  return new Set(names.flatMap((name) => groups[name ?? ''] ?? [name ?? '']));
}
