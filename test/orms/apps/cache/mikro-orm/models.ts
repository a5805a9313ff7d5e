import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';

@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'text' }) name!: string;
}

@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey({ type: 'bigint' }) id!: string;
  @ManyToOne({ entity: () => User, fieldName: 'author_id' }) author!: User;
  @Property({ type: 'text' }) title!: string;
  @Property({ type: 'numeric', hidden: true }) price!: string;
  @Property({ type: 'jsonb' }) data!: unknown;
  @Property({ type: 'datetime', fieldName: 'created_at' }) createdAt!: Date;
}

export const orm = MikroORM.initSync({ clientUrl: process.env.BLOG_DATABASE_URL, entities: [User, Post] });
export const open = () => orm.connect();
export const close = () => orm.close();
