import { type Datum, type Dict, dict, isSqlMethod, keysOf, type List, list, member, op, textOf } from './datum';
import type { SequelizeModel } from './declared';
import type { Evaluator } from './evaluate';
import { conformIncludes } from './includes';

/** The default scope of a model. */
export function defaultScope(model: SequelizeModel, evaluator: Evaluator): Dict {
  const scope = model.defaultScope && evaluator.scope(model.defaultScope, []);
  return scope?.kind === 'dict' ? withoutRanges(conformIncludes(scope, model)) : dict([]);
}

/** The includes of a scope stand in another file, or not in the call: their places say nothing there. */
function withoutRanges(options: Dict): Dict {
  const include = options.entries.get('include');
  if (include?.kind !== 'list') return options;
  const items = include.items.map((item) => {
    if (item.kind !== 'dict') return item;
    const { range: _, ...rest } = item;
    return withoutRanges(rest);
  });
  return dict([...options.entries, ['include', { ...include, items }]], options);
}

/** `Post.scope('published', { method: ['byAuthor', id] })`: what those scopes say together; without arguments nothing. */
export function scoped(model: SequelizeModel, given: readonly Datum[], evaluator: Evaluator): Dict {
  const flat = given.flatMap((each) => (each.kind === 'list' ? each.items : [each]));
  return flat.reduce<Dict>((merged, each) => {
    const scope = scopeOf(model, each, evaluator);
    return scope ? mergeOptions(model, merged, withoutRanges(conformIncludes(scope, model))) : merged;
  }, dict([]));
}

function scopeOf(model: SequelizeModel, named: Datum, evaluator: Evaluator): Dict | undefined {
  const name = textOf(named);
  if (name === 'defaultScope') return defaultScope(model, evaluator);
  if (name !== undefined) return called(model, name, [], evaluator);
  const method = member(named, 'method');
  if (method?.kind === 'list') {
    const [first, ...rest] = method.items;
    return called(model, textOf(first) ?? '', rest, evaluator);
  }
  if (method !== undefined) return called(model, textOf(method) ?? '', [], evaluator);
  return named.kind === 'dict' ? named : undefined;
}

function called(model: SequelizeModel, name: string, given: readonly Datum[], evaluator: Evaluator): Dict | undefined {
  const scope = model.scopes.get(name);
  const datum = scope && evaluator.scope(scope, given);
  return datum?.kind === 'dict' ? datum : undefined;
}

/** The options of a call over those of the model's scope. */
export function withScope(model: SequelizeModel, options: Dict, scope: Dict): Dict {
  const merged = mergeOptions(model, scope, conformIncludes(options, model));
  return { ...merged, places: options.places, ...(options.isOpen ? { isOpen: true as const } : {}) };
}

/** Later options win; conditions and lists are put together as Sequelize's `_mergeFunction` does. */
function mergeOptions(model: SequelizeModel, earlier: Dict, later: Dict): Dict {
  const entries = new Map(earlier.entries);
  for (const [key, value] of later.entries) entries.set(key, mergedValue(model, key, earlier.entries.get(key), value));
  const merged = dict(entries, later);
  const include = merged.entries.get('include');
  if (include?.kind !== 'list') return merged;
  return dict([...merged.entries, ['include', { ...include, items: uniqueIncludes(model, include.items) }]], merged);
}

function mergedValue(model: SequelizeModel, key: unknown, earlier: Datum | undefined, later: Datum): Datum {
  if (later.kind === 'undefined') return earlier ?? later;
  if (earlier?.kind === 'list' && later.kind === 'list') return appended(earlier, later);
  if (key === 'where' || key === 'having') return mergedConditions(model, earlier, later);
  if (key === 'attributes' && earlier?.kind === 'dict' && later.kind === 'dict') {
    const entries = new Map(earlier.entries);
    for (const [name, value] of later.entries) {
      const known = entries.get(name);
      const both = known?.kind === 'list' && value.kind === 'list' ? appended(known, value) : value;
      entries.set(name, both);
    }
    return dict(entries);
  }
  return later;
}

function appended(a: List, b: List): List {
  return { kind: 'list', items: [...a.items, ...b.items], ...(a.isOpen || b.isOpen ? { isOpen: true } : {}) };
}

function mergedConditions(model: SequelizeModel, earlier: Datum | undefined, later: Datum): Datum {
  if (model.options.mergesWhere && earlier !== undefined) {
    const parts = [...unpacked(earlier), ...unpacked(later)];
    return parts.length === 0 ? later : dict([[op('and'), list(parts)]]);
  }
  const condition = isSqlMethod(later) ? dict([[op('and'), later]]) : later;
  if (earlier?.kind !== 'dict' || condition.kind !== 'dict') return condition;
  const isOpen = earlier.isOpen || condition.isOpen;
  return {
    kind: 'dict',
    entries: new Map([...earlier.entries, ...condition.entries]),
    places: new Map([...earlier.places, ...condition.places]),
    ...(isOpen ? { isOpen: true as const } : {}),
  };
}

function unpacked(where: Datum): Datum[] {
  if (where.kind !== 'dict') return [where];
  const keys = keysOf(where);
  if (keys.length === 0 && !where.isOpen) return [];
  const all = keys.length === 1 ? member(where, op('and')) : undefined;
  return all?.kind === 'list' ? [...all.items] : [where];
}

/** Two includes of one association are one. */
function uniqueIncludes(model: SequelizeModel, includes: readonly Datum[]): Datum[] {
  const byName = new Map<string, Datum>();
  for (const include of includes) {
    const target = member(include, 'model');
    const name = `${target?.kind === 'model' ? target.model.name : ''} ${textOf(member(include, 'as')) ?? ''}`;
    const known = byName.get(name);
    const both = known?.kind === 'dict' && include.kind === 'dict' ? mergeOptions(model, known, include) : include;
    byName.set(name, both);
  }
  return [...byName.values()];
}
