import { relations } from 'drizzle-orm';
import { comments, posts, postsToTags, tags } from './posts';
import { profiles, users } from './users';

export const usersRelations = relations(users, ({ one, many }) => ({
  posts: many(posts),
  comments: many(comments),
  profile: one(profiles, { fields: [users.id], references: [profiles.userId] }),
  inviter: one(users, { fields: [users.invitedBy], references: [users.id], relationName: 'invitations' }),
  invited: many(users, { relationName: 'invitations' }),
}));

export const postsRelations = relations(posts, ({ one, many }) => ({
  author: one(users, { fields: [posts.authorId], references: [users.id] }),
  comments: many(comments),
  postsToTags: many(postsToTags),
}));

export const commentsRelations = relations(comments, ({ one }) => ({
  post: one(posts, { fields: [comments.postId], references: [posts.id] }),
  user: one(users, { fields: [comments.userId], references: [users.id] }),
}));

export const tagsRelations = relations(tags, ({ many }) => ({ postsToTags: many(postsToTags) }));

export const postsToTagsRelations = relations(postsToTags, ({ one }) => ({
  post: one(posts, { fields: [postsToTags.postId], references: [posts.id] }),
  tag: one(tags, { fields: [postsToTags.tagId], references: [tags.id] }),
}));
