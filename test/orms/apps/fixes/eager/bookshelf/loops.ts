import { Post } from './models';

export async function pageOfMany() {
  const posts = await Post.query((qb: any) => qb.orderBy('id').limit(4)).fetchAll();
  const lines: string[] = [];
  for (const post of posts.toArray()) {
    const comments = await post.related('comments').fetch();
    lines.push(`${post.get('title')} ${comments.length}`);
  }
  return lines;
}
