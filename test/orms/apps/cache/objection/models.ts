import Knex from 'knex';
import { Model } from 'objection';

export const knex = Knex({ client: 'pg', connection: process.env.BLOG_DATABASE_URL });
Model.knex(knex);

export class User extends Model {
  static tableName = 'users';
  id!: number;
  name!: string;
}

export class Post extends Model {
  static tableName = 'posts';
  static relationMappings = {
    author: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'posts.author_id', to: 'users.id' } },
  };
  id!: string;
  author_id!: number;
  title!: string;
  price!: string;
  created_at!: Date;

  $formatJson(json: object) {
    const { price: _, ...shown } = super.$formatJson(json);
    return shown;
  }
}

export const close = () => knex.destroy();
