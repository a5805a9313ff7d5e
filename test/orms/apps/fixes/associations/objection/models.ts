import Knex from 'knex';
import { Model, snakeCaseMappers } from 'objection';

export const knex = Knex({ client: 'pg', connection: process.env.BLOG_DATABASE_URL });
Model.knex(knex);

class Base extends Model {
  static get columnNameMappers() {
    return snakeCaseMappers();
  }
}

export class User extends Base {
  static tableName = 'users';
  id!: number;
  name!: string;
}

export class Comment extends Base {
  static tableName = 'comments';
  id!: number;
  postId!: number;
  authorId!: number;
  body!: string;

  static get relationMappings() {
    return {
      post: {
        relation: Model.BelongsToOneRelation,
        modelClass: Post,
        join: { from: 'comments.post_id', to: 'posts.id' },
      },
    };
  }
}

export class Post extends Base {
  static tableName = 'posts';
  id!: number;
  authorId!: number;
  editorId!: number | null;
  title!: string;
  comments!: Comment[];

  static relationMappings = () => ({
    comments: { relation: Model.HasManyRelation, modelClass: Comment, join: { from: 'posts.id', to: 'comments.post_id' } },
  });
}

export const close = () => knex.destroy();
