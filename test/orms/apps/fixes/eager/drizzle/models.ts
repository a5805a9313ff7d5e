import { relations } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { Pool } from 'pg';
import * as schema from './models';

export const users = pgTable('users', { id: serial('id').primaryKey(), name: text('name').notNull() });
export const posts = pgTable('posts', {
  id: serial('id').primaryKey(),
  authorId: integer('author_id').notNull(),
  editorId: integer('editor_id'),
  title: text('title').notNull(),
});
export const comments = pgTable('comments', {
  id: serial('id').primaryKey(),
  postId: integer('post_id').notNull(),
  authorId: integer('author_id').notNull(),
  body: text('body').notNull(),
});
export const postsRelations = relations(posts, ({ one, many }) => ({
  author: one(users, { fields: [posts.authorId], references: [users.id], relationName: 'author' }),
  editor: one(users, { fields: [posts.editorId], references: [users.id], relationName: 'editor' }),
  comments: many(comments),
}));
export const commentsRelations = relations(comments, ({ one }) => ({
  post: one(posts, { fields: [comments.postId], references: [posts.id] }),
  author: one(users, { fields: [comments.authorId], references: [users.id] }),
}));

const pool = new Pool({ connectionString: process.env.BLOG_DATABASE_URL });
export const db = drizzle(pool, { schema });
export const close = () => pool.end();
