import { relations } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigint, customType, integer, jsonb, numeric, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
import { Pool } from 'pg';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const users = pgTable('users', { id: serial('id').primaryKey(), name: text('name').notNull() });
export const posts = pgTable('posts', {
  id: bigint('id', { mode: 'bigint' }).primaryKey(),
  authorId: integer('author_id').notNull(),
  title: text('title').notNull(),
  price: numeric('price', { precision: 12, scale: 2 }).notNull(),
  data: jsonb('data').notNull(),
  body: bytea('body').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
export const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
export const postsRelations = relations(posts, ({ one }) => ({
  author: one(users, { fields: [posts.authorId], references: [users.id] }),
}));

const pool = new Pool({ connectionString: process.env.BLOG_DATABASE_URL });
export const db = drizzle(pool, { schema: { users, posts, usersRelations, postsRelations } });
export const close = () => pool.end();
