import { createIndexSql } from '../../sql/create-index';
import { quoted, textLiteral } from '../object-edit';
import { isDecorated } from './declared-already';
import { indexDecorator } from './decorator';
import { type IndexWriter, plainProperties } from './writer';

/** `@Index({ name: 'posts_author_id_idx', properties: ['author'] })`; for more than columns, the statement itself. */
export const mikroOrmIndex: IndexWriter = (index, { range }, file) => {
  const { source } = file;
  const properties = index.where === undefined ? plainProperties(index) : undefined;
  if (properties && isDecorated(properties, range, file.facts)) return undefined;
  const what = properties
    ? `properties: [${properties.map((property) => quoted(source, property)).join(', ')}]`
    : `expression: ${textLiteral(source, createIndexSql(index))}`;
  return indexDecorator(file, range, `{ name: ${quoted(source, index.name)}, ${what} }`);
};
