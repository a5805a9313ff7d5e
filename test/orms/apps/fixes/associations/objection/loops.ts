import { Comment, Post, User } from './models';

export async function authors() {
  const posts = await Post.query().withGraphFetched('comments').orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const author = await User.query().findById(post.authorId);
    lines.push(`${post.title} by ${author?.name}, ${post.comments.length}`);
  }
  return lines;
}

export async function authorsOfComments() {
  const comments = await Comment.query().orderBy('id');
  return Promise.all(
    comments.map(async (comment) => {
      const author = await User.query().findById(comment.authorId);
      return `${comment.body} by ${author!.name}`;
    }),
  );
}

export async function editors() {
  const posts = await Post.query().orderBy('id');
  const lines: unknown[] = [];
  for (const post of posts) {
    const editor = post.editorId ? await User.query().findById(post.editorId) : undefined;
    lines.push([post.title, editor === undefined, editor?.name]);
  }
  return lines;
}
