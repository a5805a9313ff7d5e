import type { EntityManager } from '@mikro-orm/postgresql';
import { Comment } from '../entities/comment';
import { Post, PostStatus } from '../entities/post';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';

export class Writes {
  constructor(private readonly em: EntityManager) {}

  insertTag(id: string, name: string) {
    return this.em.insert(Tag, { id, name });
  }

  insertTags(names: [string, string]) {
    return this.em.insertMany(Tag, [
      { id: 'a', name: names[0] },
      { id: 'b', name: names[1] },
    ]);
  }

  publish(id: number) {
    return this.em.nativeUpdate(Post, { id }, { status: PostStatus.Published });
  }

  reassign(from: number, to: number) {
    return this.em.getRepository(Post).nativeUpdate({ author: from, status: PostStatus.Draft }, { author: to, viewCount: 0 });
  }

  removeDrafts(authorId: number) {
    return this.em.nativeDelete(Post, { author: authorId, status: { $in: [PostStatus.Draft] } });
  }

  removeOne(id: string) {
    return this.em.getRepository(Comment).nativeDelete(id);
  }

  upsertTag(id: string, name: string) {
    return this.em.upsert(Tag, { id, name });
  }

  upsertByName(id: string, name: string) {
    return this.em.upsert(Tag, { id, name }, { onConflictFields: ['name'], onConflictAction: 'merge', onConflictMergeFields: ['name'] });
  }

  upsertTags(a: string, b: string) {
    return this.em.upsertMany(Tag, [
      { id: 'a', name: a },
      { id: 'b', name: b },
    ]);
  }

  raw(authorId: number) {
    return this.em.getConnection().execute('select count(*) from post where author_id = ?', [authorId]);
  }

  deactivate(email: string) {
    return this.em.nativeUpdate(User, { email: { $like: email } }, { active: false, address: { city: 'x' } });
  }

  insertPost(title: string, authorId: number) {
    return this.em.insert(Post, { title, body: '', author: authorId } as never);
  }

  upsertUser(email: string) {
    return this.em.upsert(User, { email, displayName: 'x' });
  }

  upsertIgnore(id: string, name: string) {
    return this.em.upsert(Tag, { id, name }, { onConflictAction: 'ignore' });
  }

  updateByAuthor(email: string) {
    return this.em.nativeUpdate(Post, { author: { email } }, { viewCount: 1 });
  }

  create(name: string) {
    const tag = this.em.create(Tag, { id: 'a', name });
    return this.em.persistAndFlush(tag);
  }
}
