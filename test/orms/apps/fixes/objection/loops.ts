import { Comment, Post, User } from './models';

export async function authorsById() {
  const posts = await Post.query().orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const author = await User.query().findById(post.authorId);
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function relatedAuthors() {
  const posts = await Post.query()
    .where('id', '<', 6)
    .orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const author = await post.$relatedQuery('author');
    lines.push(`${post.title} by ${(author as any).name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const posts = await Post.query().orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await Comment.query().where('post_id', post.id);
    lines.push(comments.map(({ body }) => body).sort().join(', '));
  }
  return lines;
}
