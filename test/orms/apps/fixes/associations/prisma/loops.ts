import { prisma } from './models';

export async function authors() {
  const posts = await prisma.post.findMany({ orderBy: { id: 'asc' }, include: { comments: { orderBy: { id: 'asc' } } } });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await prisma.user.findUnique({ where: { id: post.authorId } });
    lines.push(`${post.title} by ${author?.name}, ${post.comments.length}`);
  }
  return lines;
}

export async function editors() {
  const posts = await prisma.post.findMany({ where: { id: { gt: 2 } }, orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const editor = post.editorId ? await prisma.user.findUnique({ where: { id: post.editorId } }) : null;
    lines.push(`${post.title}: ${editor === null ? 'none' : editor.name}`);
  }
  return lines;
}

export async function authorsOfComments() {
  const comments = await prisma.comment.findMany({ orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const comment of comments) {
    const author = await prisma.user.findUnique({ where: { id: comment.authorId } });
    lines.push(`${comment.body} by ${author?.name}`);
  }
  return lines;
}
