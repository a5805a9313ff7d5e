import { BelongsTo, BelongsToMany, Column, DataType, ForeignKey, HasMany, Table } from 'sequelize-typescript';
import { BaseModel } from './base.model';
import { Comment } from './comment.model';
import { PostTag } from './post-tag.model';
import { Tag } from './tag.model';
import { User } from './user.model';

@Table({
  underscored: true,
  paranoid: true,
  scopes: { long: { where: { words: 1000 } } },
  indexes: [{ unique: true, fields: ['slug'] }],
})
export class Post extends BaseModel {
  @Column(DataType.STRING)
  declare title: string;

  @Column(DataType.STRING)
  declare slug: string;

  @Column({ type: DataType.INTEGER, defaultValue: 0 })
  declare words: number;

  @Column(DataType.JSONB)
  declare meta: Record<string, unknown>;

  @ForeignKey(() => User)
  @Column(DataType.INTEGER)
  declare writerId: number;

  @BelongsTo(() => User, { foreignKey: 'writerId', as: 'writer' })
  declare writer: User;

  @HasMany(() => Comment, { foreignKey: 'postId', onDelete: 'CASCADE' })
  declare comments: Comment[];

  @BelongsToMany(() => Tag, () => PostTag)
  declare tags: Tag[];
}
