import { Column, DataType, ForeignKey, Model, Table } from 'sequelize-typescript';
import { Post } from './post.model';
import { Tag } from './tag.model';

@Table({ tableName: 'post_tags', timestamps: false })
export class PostTag extends Model {
  @ForeignKey(() => Post)
  @Column({ type: DataType.BIGINT, field: 'post' })
  declare postId: number;

  @ForeignKey(() => Tag)
  @Column({ type: DataType.INTEGER, field: 'tag' })
  declare tagId: number;

  @Column(DataType.INTEGER)
  declare sort: number;
}
