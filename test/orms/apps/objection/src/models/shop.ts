import knex from 'knex';
import { knexSnakeCaseMappers, Model } from 'objection';

const shop = knex({ client: 'pg', ...knexSnakeCaseMappers() });

export class ShopModel extends Model {}
ShopModel.knex(shop);

export class OrderLine extends ShopModel {
  static tableName = 'orderLines';
}

export class Order extends ShopModel {
  static tableName = 'orders';

  static relationMappings = {
    orderLines: {
      relation: Model.HasManyRelation,
      modelClass: OrderLine,
      join: { from: 'orders.id', to: 'orderLines.orderId' },
    },
  };
}
