import { Comment, Post, User } from './models';

export async function authors() {
  const posts = await Post.findAll({ order: [['id', 'ASC']], limit: 6 });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await User.findByPk(post.authorId);
    lines.push(`${post.title} by ${author.name}`);
  }
  return lines;
}

export async function editors() {
  const posts = await Post.findAll({ include: ['comments'], order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const post of posts) {
    if (post.editorId) {
      const editor = await User.findOne({ where: { id: post.editorId } });
      lines.push(`${post.title}: ${editor.name}, ${post.comments.length}`);
    }
  }
  return lines;
}

export async function postsOfComments() {
  const comments = await Comment.findAll({ order: [['id', 'ASC']] });
  return Promise.all(
    comments.map(async (comment: any) => {
      const post = await Post.findByPk(comment.postId);
      return `${comment.body}: ${post.title}`;
    }),
  );
}
