import { elementsOf, entry, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { InsertOptions } from './writes';

/** `orUpdate(['sort_order'], ['name'], { skipUpdateIfNoValuesChanged: true })`, and the older form with one object. */
export function conflictOf([first, second, third]: readonly Value[]): NonNullable<InsertOptions['conflict']> {
  const texts = (value: Value | undefined) => elementsOf(value)?.flatMap((each) => stringOf(each) ?? []);
  const predicate = stringOf(entry(third, 'indexPredicate'));
  return {
    overwrite: texts(first) ?? texts(entry(first, 'overwrite')) ?? [],
    target: texts(second) ?? stringOf(second) ?? texts(entry(first, 'conflict_target')),
    ...(isTrue(entry(third, 'skipUpdateIfNoValuesChanged')) ? { onlyChanged: true } : {}),
    ...(predicate === undefined ? {} : { predicate }),
  };
}
