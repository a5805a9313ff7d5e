import { type Datum, isSqlMethod, member, textOf } from './datum';
import { fieldOf, isVirtual, primaryKeys, type SequelizeModel } from './declared';
import type { FinderNotes, Selected } from './finder-types';

/** `['id', ['title', 'headline'], [fn('count', col('id')), 'n']]`, `{ exclude: ['body'] }`; undefined: all. */
export function attributesOf(
  given: Datum | undefined,
  model: SequelizeModel,
  notes: FinderNotes,
): Selected[] | undefined {
  if (given === undefined) return undefined;
  if (given.kind === 'list') {
    if (given.isOpen) notes.add('More columns may be selected at run time.');
    const selected = given.items.map(selectedOf).filter((each) => each !== undefined);
    return selected.length === 0 && given.isOpen ? undefined : selected;
  }
  if (given.kind !== 'dict') {
    notes.add('The columns are chosen at run time: all are shown.');
    return undefined;
  }
  const excluded = member(given, 'exclude');
  const names = excluded?.kind === 'list' ? excluded.items.map(textOf) : [];
  const included = member(given, 'include');
  const added = included?.kind === 'list' ? included.items.map(selectedOf).filter((each) => each !== undefined) : [];
  return [...[...model.attributes.keys()].filter((name) => !names.includes(name)), ...added];
}

function selectedOf(item: Datum): Selected | undefined {
  const name = textOf(item);
  if (name !== undefined) return name;
  if (isSqlMethod(item)) return { sql: item };
  if (item.kind !== 'list') return undefined;
  const [of, as] = item.items;
  const alias = textOf(as);
  if (of === undefined || alias === undefined) return undefined;
  return { of: textOf(of) ?? of, as: alias };
}

/** Virtual attributes are left out (what they are made of comes in), the others get their columns. */
export function selectedFields(selected: readonly Selected[], model: SequelizeModel, dropsVirtual = true): Selected[] {
  const needed = selected.flatMap((each) =>
    typeof each === 'string' && isVirtual(model, each) ? (model.attributes.get(each)?.type.fields ?? []) : [],
  );
  const all = dropsVirtual ? unique([...selected, ...needed]) : [...selected];
  return all
    .filter((each) => !dropsVirtual || typeof each !== 'string' || !isVirtual(model, each))
    .map((each) => {
      if (typeof each !== 'string') return each;
      const field = fieldOf(model, each);
      return model.attributes.has(each) && field !== each ? { of: field, as: each } : each;
    });
}

function unique(selected: readonly Selected[]): Selected[] {
  return selected.filter((each, i) => typeof each !== 'string' || selected.indexOf(each) === i);
}

export function hasName(selected: readonly Selected[], name: string): boolean {
  return selected.some(
    (each) => each === name || (typeof each === 'object' && 'as' in each && (each.as === name || each.of === name)),
  );
}

export function withPrimaryKeys(selected: Selected[], model: SequelizeModel): Selected[] {
  if (selected.length === 0) return selected;
  const missing = primaryKeys(model).filter((key) => {
    const field = fieldOf(model, key);
    return !selected.some((each) =>
      field === key ? each === key : typeof each === 'object' && 'as' in each && each.of === field && each.as === key,
    );
  });
  return [...missing.reverse(), ...selected];
}
