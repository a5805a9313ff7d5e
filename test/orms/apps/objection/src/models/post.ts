import { Model, type QueryBuilder, type RelationMappings } from 'objection';
import { BaseModel } from './base-model';
import { Comment } from './comment';
import { Tag } from './tag';
import { User } from './user';

export class Post extends BaseModel {
  title!: string;
  status!: string;
  author_id!: number;
  views!: number;
  comments?: Comment[];
  author?: User;

  static get tableName() {
    return 'posts';
  }

  static get jsonSchema() {
    return {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        title: { type: 'string', maxLength: 255 },
        status: { type: 'string' },
        views: { type: 'integer' },
        author_id: { type: ['integer', 'null'] },
        meta: { type: 'object' },
      },
    };
  }

  static get modifiers() {
    return {
      published(query: QueryBuilder<Post>) {
        query.where('posts.status', 'published');
      },
      newest(query: QueryBuilder<Post>) {
        query.orderBy('id', 'desc').limit(5);
      },
      short(query: QueryBuilder<Post>) {
        query.select('posts.id', 'posts.title');
      },
    };
  }

  static get relationMappings(): RelationMappings {
    return {
      author: {
        relation: Model.BelongsToOneRelation,
        modelClass: User,
        join: { from: 'posts.author_id', to: 'users.id' },
      },
      comments: {
        relation: Model.HasManyRelation,
        modelClass: Comment,
        join: { from: 'posts.id', to: 'comments.post_id' },
      },
      tags: {
        relation: Model.ManyToManyRelation,
        modelClass: Tag,
        join: {
          from: 'posts.id',
          through: { from: 'posts_tags.post_id', to: 'posts_tags.tag_id', extra: ['position'] },
          to: 'tags.id',
        },
      },
    };
  }
}
