import { BelongsToMany, Column, DataType, Model, Table } from 'sequelize-typescript';
import { Post } from './post.model';
import { PostTag } from './post-tag.model';

@Table
export class Tag extends Model {
  @Column({ type: DataType.STRING, unique: true })
  declare name: string;

  @BelongsToMany(() => Post, { through: { model: () => PostTag } })
  declare posts: Post[];
}
