import type { Model } from '../../models/model';
import type { Thing } from '../interpreter/things';
import type { OrmCall } from '../orm';
import { type Chunk, Column, Param, Sql } from './chunks';
import { detailsOf } from './table-details';

type Equals = Pick<OrmCall, 'equals' | 'isOnlyEquals'>;

/** `and(eq(posts.id, id), eq(posts.status, 'draft'))` → both; of anything else only that it is there. */
export function equalsOf(where: Thing | undefined, model: Model | undefined): Equals {
  if (where === undefined || model === undefined) return { equals: [], isOnlyEquals: where === undefined };
  const equals: OrmCall['equals'][number][] = [];
  const isOnlyEquals = collect(where, model, equals);
  return { equals, isOnlyEquals };
}

/** False when something is in it that is no equality. */
function collect(of: Chunk, model: Model, equals: OrmCall['equals'][number][]): boolean {
  if (!(of instanceof Sql)) return false;
  const chunks = of.chunks.filter((chunk) => chunk !== '');
  const [first, second, third] = chunks;
  if (chunks.length === 1 && first !== undefined) return collect(first, model, equals);
  if (first === '(' && third === ')' && second instanceof Sql) {
    const parts = second.chunks.filter((chunk) => chunk !== ' and ');
    if (parts.some((chunk) => typeof chunk === 'string')) return false;
    return parts.map((part) => collect(part, model, equals)).every((isEqual) => isEqual);
  }
  if (chunks.length !== 3 || !(first instanceof Column) || second !== ' = ' || !(third instanceof Param)) return false;
  const { value } = third;
  const written = value.kind === 'constant' || value.kind === 'unknown' ? value.written : undefined;
  if (written === undefined || !first.table.isSame(detailsOf(model).table)) return false;
  equals.push({ property: first.facts.property, value: written.value });
  return true;
}
