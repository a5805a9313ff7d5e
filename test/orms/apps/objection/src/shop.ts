import { Order } from './models/shop';

export async function orders(customerId: number) {
  return Order.query().where('customerId', customerId).withGraphFetched('orderLines').orderBy('createdAt');
}

export async function placeOrder(customerId: number) {
  return Order.query().insert({ customerId, placedAt: 'now' } as never);
}

export async function bigOrders() {
  return Order.query().joinRelated('orderLines').where('orderLines.unitPrice', '>', 100).distinct('orders.*');
}
