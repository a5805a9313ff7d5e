import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';

@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'text' })
  name!: string;
}

@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'integer' })
  authorId!: number;

  @Property({ type: 'integer', nullable: true })
  editorId?: number | null;
}

@Entity({ tableName: 'comments' })
export class Comment {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @ManyToOne({ entity: () => Post })
  post!: Post;

  @Property({ type: 'integer' })
  authorId!: number;

  @Property({ type: 'text' })
  body!: string;
}

export const orm = MikroORM.initSync({ clientUrl: process.env.BLOG_DATABASE_URL, entities: [User, Post, Comment] });
export const open = () => orm.connect();
export const close = () => orm.close();
