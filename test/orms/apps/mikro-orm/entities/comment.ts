import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { Post } from './post';
import { User } from './user';

@Entity({ tableName: 'comments' })
export class Comment {
  @PrimaryKey({ type: 'bigint' })
  id!: string;

  @Property({ type: 'text' })
  text!: string;

  @Property({ type: 'datetime' })
  createdAt = new Date();

  @ManyToOne(() => Post, { fieldName: 'article_id' })
  post!: Post;

  @ManyToOne(() => User, { nullable: true })
  author?: User;

  @ManyToOne(() => Comment, { nullable: true })
  parent?: Comment;
}
