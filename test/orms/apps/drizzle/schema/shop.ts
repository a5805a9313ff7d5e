import { sql } from 'drizzle-orm';
import { boolean, integer, numeric, pgSchema, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Names are made from the keys: `casing: 'snake_case'`. */
export const billing = pgSchema('billing');

export const invoices = billing.table('invoices', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  customerId: integer().notNull(),
  totalAmount: numeric({ precision: 10, scale: 2 }).notNull(),
  isPaid: boolean().notNull().default(false),
  paidAt: timestamp({ withTimezone: true }),
  createdAt: timestamp().notNull().default(sql`now()`),
});

export const customers = pgTable('customers', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  fullName: text().notNull(),
  vatNumber: text('vat_no'),
});
