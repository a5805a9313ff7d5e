import type { EntityManager } from '@mikro-orm/postgresql';
import { Bookmark, Folder } from '../entities/bookmark';

export class Bookmarks {
  constructor(private readonly em: EntityManager) {}

  all() {
    return this.em.find(Bookmark, { isRead: false }, { orderBy: { savedAt: 'desc' }, limit: 10 });
  }

  ofOwner(ownerId: number) {
    return this.em.find(Bookmark, { folder: { owner: ownerId } });
  }

  withLabels() {
    return this.em.find(Bookmark, {}, { populate: ['labels', 'folder'] });
  }

  withNotes(postId: number) {
    return this.em.find(Bookmark, { savedPost: postId }, { populate: ['note'] });
  }

  labelled(name: string) {
    return this.em.findOne(Bookmark, { labels: { name } });
  }

  folders() {
    return this.em.getRepository(Folder).findAll({ populate: ['bookmarks'] });
  }

  countUnread(folderId: number) {
    return this.em.count(Bookmark, { folder: folderId, isRead: false });
  }

  add(folderId: number) {
    return this.em.insert(Bookmark, { id: '5b0c0000-0000-4000-8000-000000000000', folder: folderId, savedAt: new Date(0) });
  }

  read(folderId: number) {
    return this.em.nativeUpdate(Bookmark, { folder: folderId }, { isRead: true });
  }

  drop(label: string) {
    return this.em.nativeDelete(Folder, { label });
  }
}
