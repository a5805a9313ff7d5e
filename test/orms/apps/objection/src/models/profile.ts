import { BaseModel } from './base-model';

export class Profile extends BaseModel {
  user_id!: number;
  bio!: string;

  static get tableName() {
    return 'profiles';
  }

  static get relationMappings() {
    const { User } = require('./user');
    return {
      user: {
        relation: BaseModel.BelongsToOneRelation,
        modelClass: User,
        join: { from: 'profiles.user_id', to: 'users.id' },
      },
    };
  }
}
