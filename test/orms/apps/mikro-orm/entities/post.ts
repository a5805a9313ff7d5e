import { Collection, Entity, Enum, Filter, ManyToMany, ManyToOne, OneToMany, Property, type Ref } from '@mikro-orm/core';
import { BaseEntity } from './base';
import { Category } from './category';
import { Comment } from './comment';
import { Tag } from './tag';
import { User } from './user';

export enum PostStatus {
  Draft = 'draft',
  Published = 'published',
}

@Entity()
@Filter({ name: 'published', cond: { status: 'published' } })
export class Post extends BaseEntity {
  @Property({ type: 'string' })
  title!: string;

  @Property({ type: 'text' })
  body!: string;

  @Enum({ items: () => PostStatus, default: PostStatus.Draft })
  status: PostStatus = PostStatus.Draft;

  @Property({ type: 'integer', fieldName: 'views' })
  viewCount = 0;

  @Property({ type: 'json', nullable: true })
  meta?: { pinned?: boolean };

  @ManyToOne({ entity: () => User })
  author!: User;

  @ManyToOne(() => Category, { ref: true, nullable: true })
  category?: Ref<Category>;

  @OneToMany(() => Comment, 'post')
  comments = new Collection<Comment>(this);

  @ManyToMany(() => Tag, (tag) => tag.posts, { owner: true, pivotTable: 'posts_tags' })
  tags = new Collection<Tag>(this);
}
