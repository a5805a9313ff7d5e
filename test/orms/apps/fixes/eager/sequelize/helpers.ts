import { User } from './models';

export async function editorOf(post: any) {
  return await User.findByPk(post.editorId);
}

export const commentsOf = (post: any) => post.getComments();

export class Authors {
  async byId(id: number) {
    return User.findOne({ where: { id } });
  }
}
