import { BeforeCreate, BelongsTo, Column, DataType, ForeignKey, Model, Table } from 'sequelize-typescript';
import { Post } from './post.model';
import { User } from './user.model';

@Table({ tableName: 'comments', schema: 'talk', createdAt: 'written', updatedAt: false })
export class Comment extends Model {
  @Column(DataType.TEXT)
  declare text: string;

  @ForeignKey(() => Post)
  @Column(DataType.BIGINT)
  declare postId: number;

  @ForeignKey(() => User)
  @Column({ type: DataType.INTEGER, field: 'author' })
  declare userId: number;

  @BelongsTo(() => Post)
  declare post: Post;

  @BelongsTo(() => User)
  declare user: User;

  @BeforeCreate
  static trim(comment: Comment) {
    comment.text = comment.text?.trim();
  }
}
