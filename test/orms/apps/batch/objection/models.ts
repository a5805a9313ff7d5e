import Knex from 'knex';
import { Model, snakeCaseMappers } from 'objection';

export const knex = Knex({ client: 'pg', connection: process.env.BLOG_DATABASE_URL });
Model.knex(knex);

/** Its columns are its properties. */
export class User extends Model {
  static tableName = 'users';
  id!: number;
  name!: string;
}

export class Post extends Model {
  static tableName = 'posts';
  id!: number;
  author_id!: number;
  editor_id!: number | null;
  title!: string;
}

/** `where` knows its columns, rows have `postId`. */
export class Comment extends Model {
  static tableName = 'comments';
  static get columnNameMappers() {
    return snakeCaseMappers();
  }
  id!: number;
  postId!: number;
  body!: string;
}

export const close = () => knex.destroy();
