import { Model } from 'objection';
import { BaseModel } from './base-model';

export class Comment extends BaseModel {
  body!: string;
  post_id!: number;
  author_id!: number;

  static tableName = 'comments';

  static jsonSchema = {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      body: { type: 'string' },
      post_id: { type: 'integer' },
      author_id: { type: 'integer' },
      parent_id: { type: 'integer' },
    },
  };

  static relationMappings = {
    post: {
      relation: Model.BelongsToOneRelation,
      modelClass: `${__dirname}/post`,
      join: { from: 'comments.post_id', to: 'posts.id' },
    },
    author: {
      relation: Model.BelongsToOneRelation,
      modelClass: `${__dirname}/user`,
      join: { from: 'comments.author_id', to: 'users.id' },
    },
    replies: {
      relation: Model.HasManyRelation,
      modelClass: Comment,
      join: { from: 'comments.id', to: 'comments.parent_id' },
    },
  };
}
