import { importEdits } from '../batch/text';
import { quoted } from '../object-edit';
import type { IndexWriter } from './index-in-model';

/** `@Index('posts_author_id_idx', ['authorId'])` below `@Entity('posts')`; TypeORM's says nothing of directions. */
export const typeormIndex: IndexWriter = ({ name, columns }, { range }, source) => {
  const line = source.lastIndexOf('\n', range.start - 1) + 1;
  const [, indent] =
    /^([ \t]*)(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+$/.exec(source.slice(line, range.start)) ?? [];
  if (indent === undefined || columns.some(({ isDescending }) => isDescending)) return undefined;
  const imported = importEdits(source, 'Index', 'typeorm');
  if (!imported || source.includes(name)) return undefined;
  const properties = columns.map(({ property }) => quoted(source, property)).join(', ');
  const newText = `${indent}@Index(${quoted(source, name)}, [${properties}])\n`;
  return [...imported, { range: { start: line, end: line }, newText }];
};
