import { Post, Tag, User } from './models';

export async function sameForEach() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: string[] = [];
  for (const post of posts) {
    const admin = await User.findOne({ where: { id: 1 } });
    lines.push(`${post.title} ${admin.name}`);
  }
  return lines;
}

export async function sameInParallel(least = 2) {
  const posts = await Post.findAll({ order: ['id'] });
  return Promise.all(
    posts.map(async (post) => {
      const { rows: tags, count } = await Tag.findAndCountAll({
        where: { label: 'tag 1' },
        limit: least,
      });
      return `${post.title} ${tags.length} ${count}`;
    }),
  );
}

export async function twice(id = 1) {
  const user = await User.findByPk(id);
  const lines = [user.name];
  const author = await User.findByPk(id);
  lines.push(author.name);
  return lines;
}
