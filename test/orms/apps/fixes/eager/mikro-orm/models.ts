import { Collection, Entity, ManyToOne, OneToMany, PrimaryKey, Property } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';

@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'text' })
  name!: string;

  @OneToMany({ entity: () => Post, mappedBy: 'author' })
  posts = new Collection<Post>(this);
}

@Entity({ tableName: 'comments' })
export class Comment {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @ManyToOne({ entity: () => User })
  author!: User;

  @ManyToOne({ entity: () => Post })
  post!: unknown;

  @Property({ type: 'text' })
  body!: string;
}

@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'text' })
  title!: string;

  @ManyToOne({ entity: () => User })
  author!: User;

  @OneToMany({ entity: () => Comment, mappedBy: 'post' })
  comments = new Collection<Comment>(this);
}

export const orm = MikroORM.initSync({ clientUrl: process.env.BLOG_DATABASE_URL, entities: [User, Post, Comment] });
export const open = () => orm.connect();
export const close = () => orm.close();
