import type { TextRange } from '../../../nouns/text-range';
import { type Datum, type Dict, type Key, keysOf } from './datum';
import type { SequelizeModel } from './declared';
import { isJson } from './values';

/**
 * Conditions on attributes as conditions on columns. A renamed one comes last, as Sequelize deletes and adds it:
 * `{ authorId: 1, status: 'a' }` → { status: 'a', author_id: 1 }.
 */
export function mapConditions(where: Datum | undefined, model: SequelizeModel): Datum | undefined {
  if (where?.kind !== 'dict') return where;
  return mapDict(where, model);
}

function mapDict(where: Dict, model: SequelizeModel): Dict {
  const entries = new Map(where.entries);
  const places = new Map<Key, TextRange>(where.places);
  for (const key of keysOf(where)) {
    const attribute = typeof key === 'string' ? model.attributes.get(key) : undefined;
    const value = entries.get(key);
    if (value === undefined) continue;
    if (attribute && attribute.field !== attribute.name) {
      entries.delete(key);
      entries.set(attribute.field, mapped(value, model, isJson(attribute.type)));
      const place = where.places.get(key);
      if (place) places.set(attribute.field, place);
      continue;
    }
    const isDocument = attribute !== undefined && (isJson(attribute.type) || attribute.type.name === 'HSTORE');
    entries.set(key, mapped(value, model, isDocument));
  }
  return { ...where, entries, places };
}

function mapped(value: Datum, model: SequelizeModel, isDocument: boolean): Datum {
  if (value.kind === 'dict') return isDocument ? value : mapDict(value, model);
  if (value.kind === 'list') {
    return { ...value, items: value.items.map((item) => (item.kind === 'dict' ? mapDict(item, model) : item)) };
  }
  return value;
}
