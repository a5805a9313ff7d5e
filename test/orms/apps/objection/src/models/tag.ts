import { Model } from 'objection';
import { BaseModel } from './base-model';

export class Tag extends BaseModel {
  name!: string;

  static tableName = 'tags';

  static jsonSchema = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } };

  static get relationMappings() {
    return {
      posts: {
        relation: Model.ManyToManyRelation,
        modelClass: require('./post').Post,
        join: { from: 'tags.id', through: { from: 'posts_tags.tag_id', to: 'posts_tags.post_id' }, to: 'posts.id' },
      },
    };
  }
}
