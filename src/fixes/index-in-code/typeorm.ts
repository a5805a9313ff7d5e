import { quoted, textLiteral } from '../object-edit';
import { isDecorated } from './declared-already';
import { indexDecorator } from './decorator';
import { type IndexWriter, plainProperties } from './writer';

/** `@Index('posts_author_id_idx', ['authorId'])` below `@Entity('posts')`; TypeORM's says nothing of directions. */
export const typeormIndex: IndexWriter = (index, { range }, file) => {
  const properties = plainProperties(index);
  if (!properties || (index.where === undefined && isDecorated(properties, range, file.facts))) return undefined;
  const listed = properties.map((property) => quoted(file.source, property)).join(', ');
  const where = index.where === undefined ? '' : `, { where: ${textLiteral(file.source, index.where)} }`;
  return indexDecorator(file, range, `${quoted(file.source, index.name)}, [${listed}]${where}`);
};
