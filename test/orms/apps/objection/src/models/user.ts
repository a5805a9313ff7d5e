import { Model, type QueryBuilder } from 'objection';
import { BaseModel } from './base-model';
import { Post } from './post';
import { Profile } from './profile';

export class User extends BaseModel {
  username!: string;
  email!: string;
  is_active!: boolean;

  static tableName = 'users';

  static jsonSchema = {
    type: 'object',
    required: ['username'],
    properties: {
      id: { type: 'integer' },
      username: { type: 'string' },
      email: { type: 'string' },
      is_active: { type: 'boolean' },
    },
  };

  static modifiers = {
    active(builder: QueryBuilder<User>) {
      builder.where('users.is_active', true);
    },
    names: (builder: QueryBuilder<User>) => builder.select('id', 'username'),
  };

  static relationMappings = () => ({
    posts: {
      relation: Model.HasManyRelation,
      modelClass: Post,
      join: { from: 'users.id', to: 'posts.author_id' },
    },
    publishedPosts: {
      relation: Model.HasManyRelation,
      modelClass: Post,
      modify: (query: QueryBuilder<Post>) => query.where('status', 'published'),
      join: { from: 'users.id', to: 'posts.author_id' },
    },
    profile: {
      relation: Model.HasOneRelation,
      modelClass: Profile,
      join: { from: 'users.id', to: 'profiles.user_id' },
    },
  });
}
