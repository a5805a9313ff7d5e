import { dataSource, Post, User } from './models';

const posts = dataSource.getRepository(Post);
const users = dataSource.getRepository(User);

export async function authors() {
  const found = await posts.find({ order: { id: 'ASC' }, take: 5 });
  const lines: string[] = [];
  for (const post of found) {
    const author = await users.findOneBy({ id: post.authorId });
    lines.push(`${post.title} by ${author === null ? 'nobody' : author.name}`);
  }
  return lines;
}

export async function editors() {
  const found = await posts.createQueryBuilder('p').where('p.id > 1').orderBy('p.id').getMany();
  const lines: string[] = [];
  for (const post of found) {
    if (!post.editorId) continue;
    const editor = await users.findOne({ where: { id: post.editorId } });
    lines.push(`${post.title} by ${editor?.name}`);
  }
  return lines;
}

export async function perhapsEditors() {
  const found = await posts.find({ where: { authorId: 2 }, order: { id: 'ASC' } });
  return Promise.all(
    found.map(async (post) => {
      const editor = post.editorId && (await users.findOneBy({ id: post.editorId }));
      return editor ? editor.name : editor;
    }),
  );
}
