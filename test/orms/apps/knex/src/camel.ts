import { snakeDb } from './snake-db';

export async function camelPosts(authorId: number) {
  return snakeDb('blogPosts').where({ authorId, isPublic: true }).select('id', 'createdAt as when').orderBy('createdAt');
}

export async function camelJoined() {
  return snakeDb('blogPosts as bp').join('userProfiles', 'userProfiles.userId', 'bp.authorId').select('bp.postTitle', 'userProfiles.displayName');
}

export async function camelInsert(userId: number) {
  return snakeDb('userProfiles').insert({ userId, displayName: 'Ada' }).onConflict('userId').merge().returning(['id', 'displayName']);
}
