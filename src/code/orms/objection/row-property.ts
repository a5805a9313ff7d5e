import type { Model } from '../../models/model';
import { detailsOf } from './models';

/**
 * By which name a row has what a condition names: `post_id` → `postId` with snakeCaseMappers. Undefined where the model
 * changes names in a way that is not read, or rows as they come.
 */
export function rowProperty(model: Model, written: string): string | undefined {
  const { columnOf, mapName, hasUnknownMapper, hasOtherColumnMapper, modelClass } = detailsOf(model);
  const isChanged = modelClass.facts.methods.some(({ name }) => /^\$(?:parse|set)|^\$?afterFind$/.test(name));
  if (hasUnknownMapper || hasOtherColumnMapper || isChanged || !/^[A-Za-z_]\w*$/.test(written)) return undefined;
  const column = mapName(written);
  const camel = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return [camel, column].find((property) => mapName(columnOf(property)) === column);
}
