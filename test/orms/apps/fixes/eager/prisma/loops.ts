import { prisma } from './models';

const bodies = (comments: readonly { readonly body: string }[]) => comments.map(({ body }) => body).sort();

export async function pageOfMany() {
  const posts = await prisma.post.findMany({ orderBy: [{ title: 'desc' }, { id: 'asc' }], take: 3, skip: 2 });
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await prisma.comment.findMany({ where: { postId: post.id } });
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function nested() {
  const posts = await prisma.post.findMany({ include: { comments: true }, orderBy: { id: 'asc' } });
  const lines: unknown[] = [];
  for (const post of posts) {
    for (const comment of post.comments) {
      const author = await prisma.user.findUnique({ where: { id: comment.authorId } });
      lines.push([post.title, comment.body, author!.name]);
    }
  }
  return lines;
}

export async function nestedInSelect() {
  const posts = await prisma.post.findMany({
    select: { title: true, comments: { select: { id: true, authorId: true }, where: { id: { gt: 3 } }, orderBy: { id: 'asc' } } },
    orderBy: { id: 'asc' },
  });
  const lines: unknown[] = [];
  for (const post of posts) {
    for (const comment of post.comments) {
      const author = await prisma.user.findUnique({ where: { id: comment.authorId } });
      lines.push([post.title, comment.id, author!.name]);
    }
  }
  return lines;
}

export async function missingOnes() {
  const posts = await prisma.post.findMany({ select: { editorId: true, title: true }, distinct: ['title'], orderBy: { id: 'asc' } });
  const lines: unknown[] = [];
  for (const post of posts) {
    const editor = post.editorId === null ? null : await prisma.user.findUnique({ where: { id: post.editorId } });
    lines.push([post.title, editor]);
  }
  return lines;
}
