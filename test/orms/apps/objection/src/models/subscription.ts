import { Model, snakeCaseMappers } from 'objection';
import { db } from '../db';

/** Columns in snake_case, properties in camelCase; two columns make the key. */
export class Subscription extends Model {
  userId!: number;
  blogId!: number;
  createdAt!: string;

  static tableName = 'blog_subscriptions';
  static idColumn = ['user_id', 'blog_id'];
  static columnNameMappers = snakeCaseMappers();
}

Subscription.knex(db);
