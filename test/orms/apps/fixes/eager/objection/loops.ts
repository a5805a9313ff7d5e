import { Comment, Post, User } from './models';

const bodies = (found: readonly { readonly body: string }[]) => found.map(({ body }) => body).sort();

export async function pageOfMany() {
  const posts = await Post.query().orderBy('title', 'desc').limit(3).offset(2);
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await Comment.query().where('post_id', post.id);
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function modified() {
  const posts = await Post.query().orderBy('id');
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await post.$relatedQuery('early');
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function missingOnes() {
  const posts = await Post.query().select('title', 'editor_id').orderBy('id');
  const lines: unknown[] = [];
  for (const post of posts) {
    const editor = await post.$relatedQuery('editor');
    lines.push([post.title, editor === undefined ? 'undefined' : editor && (editor as any).name]);
  }
  return lines;
}

export async function nested() {
  const posts = await Post.query().withGraphFetched('comments').orderBy('id');
  const lines: unknown[] = [];
  for (const post of posts) {
    for (const comment of post.comments) {
      const author = await User.query().findById(comment.authorId);
      lines.push([post.title, comment.body, author!.name]);
    }
  }
  return lines.map(String).sort();
}
