import { defineEntity, p } from '@mikro-orm/core';
import { Post } from './post';
import { User } from './user';

/** Entities without a class. */
export const Folder = defineEntity({
  name: 'Folder',
  tableName: 'bookmark_folders',
  properties: {
    id: p.integer().primary(),
    label: p.string().length(80),
    owner: () => p.manyToOne(User).ref(),
    bookmarks: () => p.oneToMany(Bookmark).mappedBy('folder'),
  },
});

export const Bookmark = defineEntity({
  name: 'Bookmark',
  properties: (p) => ({
    id: p.uuid().primary(),
    folder: () => p.manyToOne(Folder).ref(),
    savedPost: () => p.manyToOne(Post).nullable(),
    note: p.text().nullable().lazy(),
    isRead: p.boolean().default(false),
    savedAt: p.datetime().name('saved_on'),
    labels: () => p.manyToMany(Label).pivotTable('bookmark_labels'),
  }),
});

export const Label = defineEntity({
  name: 'Label',
  properties: {
    name: p.string().primary(),
    color: { type: 'string', nullable: true },
  },
});
