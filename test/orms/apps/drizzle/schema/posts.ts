import { bigint, index, integer, pgTable, pgView, serial, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { eq, sql } from 'drizzle-orm';
import { timestamps, users } from './users';

export const posts = pgTable(
  'posts',
  {
    id: serial('id').primaryKey(),
    authorId: integer('author_id')
      .notNull()
      .references(() => users.id),
    title: text('title').notNull(),
    body: text('body'),
    status: text('status', { enum: ['draft', 'published'] }).notNull().default('draft'),
    viewCount: bigint('view_count', { mode: 'number' }).notNull().default(0),
    publishedAt: timestamp('published_at'),
    labels: text('labels').array(),
    searchKey: uuid('search_key').$defaultFn(() => crypto.randomUUID()),
    ...timestamps,
  },
  (t) => [index('posts_author').on(t.authorId, t.publishedAt.desc())],
);

export const comments = pgTable('comments', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  postId: integer('post_id').notNull(),
  userId: integer('user_id').notNull(),
  content: text('content').notNull(),
  createdAt: timestamp('created_at').notNull().defaultNow(),
});

export const tags = pgTable('tags', { id: serial('id').primaryKey(), name: text('name').notNull() });

export const postsToTags = pgTable('posts_tags', {
  postId: integer('post_id').notNull(),
  tagId: integer('tag_id').notNull(),
});

export const publishedPosts = pgView('published_posts').as((qb) =>
  qb.select().from(posts).where(eq(posts.status, 'published')),
);

export const wordCount = sql<number>`array_length(regexp_split_to_array(${posts.body}, '\s+'), 1)`;
