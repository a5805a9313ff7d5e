import { quoted, textLiteral } from '../object-edit';
import { indexDecorator } from './decorator';
import { type IndexWriter, plainProperties } from './writer';

/** `@Index('posts_author_id_idx', ['authorId'])` below `@Entity('posts')`; TypeORM's says nothing of directions. */
export const typeormIndex: IndexWriter = (index, { range }, file) => {
  const properties = plainProperties(index)?.map((property) => quoted(file.source, property));
  if (!properties) return undefined;
  const where = index.where === undefined ? '' : `, { where: ${textLiteral(file.source, index.where)} }`;
  return indexDecorator(file, range, `${quoted(file.source, index.name)}, [${properties.join(', ')}]${where}`);
};
