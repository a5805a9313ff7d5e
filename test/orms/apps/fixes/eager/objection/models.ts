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

  static relationMappings = {
    author: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'comments.author_id', to: 'users.id' } },
  };
}

export class Post extends Base {
  static tableName = 'posts';
  id!: number;
  authorId!: number;
  editorId!: number | null;
  early!: Comment[];
  title!: string;
  author!: User;
  comments!: Comment[];

  static relationMappings = () => ({
    author: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'posts.author_id', to: 'users.id' } },
    editor: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'posts.editor_id', to: 'users.id' } },
    early: { relation: Model.HasManyRelation, modelClass: Comment, modify: (query: any) => query.where('id', '<', 9), join: { from: 'posts.id', to: 'comments.post_id' } },
    comments: { relation: Model.HasManyRelation, modelClass: Comment, join: { from: 'posts.id', to: 'comments.post_id' } },
  });
}

export const close = () => knex.destroy();
