import { absent, and, constant, type Datum, type Dict, dict, isFalse, member, op } from './datum';
import { fieldOf, type SequelizeModel } from './declared';
import type { Finder, Include } from './finder-types';

/** `deletedAt IS NULL` on every paranoid model, unless `paranoid: false`. */
export function applyParanoid(level: Finder | Include, options: Dict): void {
  for (const include of level.include) {
    if (include.through) {
      const through = member(include.options, 'through');
      include.through.where = paranoidCondition(include.through.model, include.through.where, through);
    }
    applyParanoid(include, include.options);
  }
  level.where = paranoidCondition(level.model, level.where, options);
}

export function paranoidCondition(
  model: SequelizeModel,
  where: Datum | undefined,
  options: Datum | undefined,
): Datum | undefined {
  const { deletedAt, isParanoid, hasTimestamps } = model.options;
  if (!isParanoid || !hasTimestamps || deletedAt === undefined || isFalse(member(options, 'paranoid'))) return where;
  const isThere = dict([[fieldOf(model, deletedAt), dict([[op('eq'), constant(null)]])]]);
  const isNothing = where?.kind === 'dict' && where.entries.size === 0 && !where.isOpen;
  return isNothing ? isThere : and(isThere, where ?? absent);
}
