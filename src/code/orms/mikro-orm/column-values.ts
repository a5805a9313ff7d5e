import { isNullLiteral, isObject, settledEntries } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { columnsIn, type MikroEntity, type Prop, propOf } from './entity';

/** Columns and values of `{ author: 5, address: { city } }`. */
export function* columnValues(
  data: Value,
  entity: MikroEntity,
): Generator<{ readonly prop: Prop; readonly column: string; readonly value: Value }> {
  if (!isObject(data)) return;
  for (const { key, value } of settledEntries(data)) {
    const prop = typeof key === 'string' ? propOf(entity, key) : undefined;
    if (prop !== undefined) yield* valuesOf(prop, value);
  }
}

function* valuesOf(
  prop: Prop,
  value: Value,
): Generator<{ readonly prop: Prop; readonly column: string; readonly value: Value }> {
  if (prop.embedded !== undefined) {
    if (isNullLiteral(value)) for (const column of columnsIn(prop)) yield { prop, column, value };
    if (!isObject(value)) return;
    for (const { key, value: given } of settledEntries(value)) {
      const inner = prop.embedded.find((each) => each.name === key);
      if (inner !== undefined) yield* valuesOf(inner, given);
    }
    return;
  }
  const [column] = prop.columns;
  if (column === undefined || prop.isVirtual) return;
  const inner = prop.target && isObject(value) ? value.entries.at(0)?.value : value;
  if (inner !== undefined) yield { prop, column, value: inner };
}
