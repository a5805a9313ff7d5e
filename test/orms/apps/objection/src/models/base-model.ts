import { Model } from 'objection';
import { db } from '../db';

export class BaseModel extends Model {
  id!: number;

  static get idColumn() {
    return 'id';
  }
}

BaseModel.knex(db);
