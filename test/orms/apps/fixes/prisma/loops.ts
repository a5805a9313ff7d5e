import { prisma } from './models';

export async function authors() {
  const posts = await prisma.post.findMany({ orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await prisma.user.findUnique({ where: { id: post.authorId } });
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const posts = await prisma.post.findMany({ select: { id: true, title: true }, orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await prisma.comment.findMany({ where: { postId: post.id } });
    lines.push(comments.map(({ body }) => body).sort().join(', '));
  }
  return lines;
}

export async function countOfEach() {
  const posts = await prisma.post.findMany({ orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const count = await prisma.comment.count({ where: { postId: post.id } });
    lines.push(`${post.title}: ${count}`);
  }
  return lines;
}

export async function authorsOfComments() {
  const comments = await prisma.comment.findMany({ orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const comment of comments) {
    const author = await prisma.user.findUnique({ where: { id: comment.authorId }, select: { id: true, name: true } });
    lines.push(`${comment.body} by ${author?.name}`);
  }
  return lines;
}

export async function commentsInOrder() {
  const posts = await prisma.post.findMany({ orderBy: { id: 'asc' } });
  return Promise.all(
    posts.map(async (post) => {
      const comments = await prisma.comment.findMany({ where: { postId: post.id }, orderBy: { id: 'desc' } });
      return `${post.title}: ${comments.map(({ body }) => body).join(', ')}`;
    }),
  );
}

export async function writes() {
  const users = await prisma.user.findMany({ orderBy: { id: 'asc' } });
  for (const user of users) {
    await prisma.post.create({
      data: {
        title: `Welcome, ${user.name}`,
        authorId: user.id,
      },
    });
  }
  const where = { title: { startsWith: 'Welcome' } };
  const posts = await prisma.post.findMany({ where, orderBy: { id: 'asc' } });
  await prisma.post.deleteMany({ where });
  return posts.map(({ title, authorId }) => `${title} ${authorId}`);
}
