import { Post, User } from './models';

export async function authors() {
  const posts = await Post.findAll({ where: { authorId: [1, 2, 3] }, order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await User.findByPk(post.authorId);
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function editors() {
  const posts = await Post.findAll({ order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const post of posts) {
    const editor = post.editorId ? await User.findByPk(post.editorId) : null;
    lines.push(`${post.title}: ${editor?.name}`);
  }
  return lines;
}
