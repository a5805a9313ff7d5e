import { type AnyPgColumn, boolean, index, integer, jsonb, pgEnum, pgTable, primaryKey, serial, text, timestamp, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const roleEnum = pgEnum('role', ['reader', 'writer', 'admin']);

/** Spread into tables. */
export const timestamps = {
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true })
    .notNull()
    .defaultNow()
    .$onUpdate(() => new Date()),
};

export const users = pgTable(
  'users',
  {
    id: serial('id').primaryKey(),
    email: varchar('email', { length: 255 }).notNull().unique(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name'),
    role: roleEnum('role').notNull().default('reader'),
    isActive: boolean('is_active').notNull().default(true),
    invitedBy: integer('invited_by').references((): AnyPgColumn => users.id),
    settings: jsonb('settings').$type<{ theme: string }>(),
    ...timestamps,
  },
  (t) => [uniqueIndex('users_email_lower').on(sql`lower(${t.email})`), index().on(t.role)],
);

export const profiles = pgTable('profiles', {
  userId: integer('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  bio: text('bio').notNull().default(''),
  avatarUrl: text('avatar_url'),
});

export const follows = pgTable(
  'follows',
  {
    followerId: integer('follower_id').notNull(),
    followedId: integer('followed_id').notNull(),
  },
  (table) => ({ pk: primaryKey({ columns: [table.followerId, table.followedId] }) }),
);
