import { Bookmark } from '../entities/bookmark';
import { Comment } from '../entities/comment';
import { Post } from '../entities/post';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';
import { orm } from '../orm';

/** Rows whose relations are not loaded yet. */
const post = () => {
  const em = orm.em.fork();
  return em.map(Post, { id: 1, author_id: 2, category_id: 3 } as never);
};
const comment = () => orm.em.fork().map(Comment, { id: '1', article_id: 2, author_id: 3 } as never);
const user = () => orm.em.fork().map(User, { id: 1 } as never);
const bookmark = () => orm.em.fork().map(Bookmark, { id: 'a', folder_id: 1 } as never);
const tag = () => orm.em.fork().map(Tag, { id: '1' } as never);

export async function loadedComments(row: Post) {
  return row.comments.loadItems();
}

export async function initTags(row: Post) {
  await row.tags.init();
  return row.tags.length;
}

export function countComments(row: Post) {
  return row.comments.loadCount();
}

export function countTags(row: Post) {
  return row.tags.loadCount();
}

export function loadCategory(row: Post) {
  return row.category?.load();
}

export async function postsOfTag(row: Tag) {
  return row.posts.loadItems({ orderBy: { id: 'asc' } });
}

export async function postsOfTagByTitle(row: Tag) {
  return row.posts.loadItems({ orderBy: { title: 'asc' }, populate: ['author'] });
}

export async function recentComments(row: User) {
  return row.comments.init({ where: { text: { $like: 'a%' } } });
}

export async function matchingPosts(row: User) {
  return row.posts.matching({ where: { viewCount: { $gt: 5 } }, limit: 3, orderBy: { id: 'desc' } });
}

export function matchingTags(row: Post) {
  return row.tags.matching({ where: { name: { $like: 'a%' } } });
}

export function unreadFavorites(row: User) {
  return row.favorites.loadCount({ where: { viewCount: 0 } });
}

export function loadNote(row: Bookmark) {
  return row.note.load();
}

export function loadFolder(row: Bookmark) {
  return row.folder.load();
}

export function categoryOfRow(row: Post) {
  return row.category?.loadOrFail();
}

export const rowCases: Record<string, () => unknown> = {
  loadNote: () => loadNote(bookmark() as never),
  loadFolder: () => loadFolder(bookmark() as never),
  categoryOfRow: () => categoryOfRow(post()),
  loadedComments: () => loadedComments(post()),
  initTags: () => initTags(post()),
  countComments: () => countComments(post()),
  countTags: () => countTags(post()),
  loadCategory: () => loadCategory(post()),
  postsOfTag: () => postsOfTag(tag()),
  postsOfTagByTitle: () => postsOfTagByTitle(tag()),
  recentComments: () => recentComments(user()),
  matchingTags: () => matchingTags(post()),
  unreadFavorites: () => unreadFavorites(user()),
  matchingPosts: () => matchingPosts(user()),
};
