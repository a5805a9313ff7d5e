import { AppDataSource } from '../data-source';
import { Comment } from '../entities/comment';
import { Image } from '../entities/media';
import { Post } from '../entities/post';

/** Rows as a finder gives them: relations are loaded when they are touched. */
const post = () => AppDataSource.getRepository(Post).create({ id: 1 });
const comment = () => AppDataSource.getRepository(Comment).create({ id: '1' });
const image = () => AppDataSource.getRepository(Image).create({ id: 1 });

export async function commentsOfPost(row: Post) {
  return (await row.comments).length;
}

export async function postOfComment(row: Comment) {
  return (await row.post).title;
}

export async function postOfImage(row: Image) {
  const found = await row.post;
  return found?.title;
}

export const rowCases: Record<string, () => unknown> = {
  commentsOfPost: () => commentsOfPost(post()),
  postOfComment: () => postOfComment(comment()),
  postOfImage: () => postOfImage(image()),
};
