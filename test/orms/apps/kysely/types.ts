import type { Generated, Insertable, Kysely, Selectable, Transaction, Updateable } from 'kysely';

export interface UsersTable {
  id: Generated<number>;
  email: string;
  firstName: string;
  lastName: string;
  role: string;
  lastLoginAt: Date | null;
  settings: unknown;
  deletedAt: Date | null;
  createdAt: Generated<Date>;
}

export interface PostsTable {
  id: Generated<number>;
  authorId: number;
  slugId: string;
  title: string;
  body: string;
  status: string;
  viewCount: number;
  parentPostId: number | null;
  publishedAt: Date | null;
  deletedAt: Date | null;
  createdAt: Generated<Date>;
  updatedAt: Date;
}

export interface CommentsTable {
  id: Generated<number>;
  postId: number;
  userId: number;
  content: string;
  isApproved: boolean;
  createdAt: Generated<Date>;
}

export interface BlogDatabase {
  users: UsersTable;
  posts: PostsTable;
  comments: CommentsTable;
  tags: { id: Generated<number>; name: string };
  postTags: { postId: number; tagId: number };
  profiles: { userId: number; bio: string; avatarUrl: string | null };
}

export type KyselyDB = Kysely<BlogDatabase>;
export type KyselyTransaction = Transaction<BlogDatabase>;
export type Post = Selectable<PostsTable>;
export type NewPost = Insertable<PostsTable>;
export type UpdatablePost = Updateable<PostsTable>;
export type User = Selectable<UsersTable>;

/** The older database next to it, with the names of the tables as they are. */
export interface LegacyDatabase {
  users: { id: Generated<number>; email: string; display_name: string; created_at: Date };
  posts: {
    id: Generated<number>;
    author_id: number;
    title: string;
    status: string;
    published_at: Date | null;
    meta: { tags: string[]; author: { name: string } };
  };
  comments: { id: Generated<number>; post_id: number; author_id: number; content: string; created_at: Date };
  profiles: { user_id: number; bio: string };
  posts_tags: { post_id: number; tag_id: number };
  tags: { id: number; name: string };
  'audit.events': { id: Generated<number>; kind: string; at: Date };
}
