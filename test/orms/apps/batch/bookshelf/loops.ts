import { Comment, Post, User } from './models';

export async function authors() {
  const posts = await Post.query((qb: any) => qb.orderBy('id')).fetchAll();
  const lines: string[] = [];
  for (const post of posts) {
    const author = await User.where('id', post.get('author_id')).fetch({ require: false });
    lines.push(`${post.get('title')} by ${author.get('name')}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const posts = await Post.query((qb: any) => qb.orderBy('id')).fetchAll();
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await Comment.where({ post_id: post.id }).orderBy('id', 'DESC').fetchAll();
    lines.push(comments.map((one: any) => one.get('body')).join(', '));
  }
  return lines;
}
