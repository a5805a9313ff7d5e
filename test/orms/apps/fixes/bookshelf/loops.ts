import { Post } from './models';

export async function authors() {
  const posts = await Post.query((qb: any) => qb.orderBy('id')).fetchAll();
  const lines: string[] = [];
  for (const post of posts.toArray()) {
    const author = await post.related('author').fetch();
    lines.push(`${post.get('title')} by ${author.get('name')}`);
  }
  return lines;
}
