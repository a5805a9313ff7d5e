import {
  Column,
  DeleteDateColumn,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  type Relation,
} from 'typeorm';
import { Timestamped } from './base';
import type { Category } from './category';
import { Comment } from './comment';
import { Tag } from './tag';
import { User } from './user';

export enum PostStatus {
  Draft = 'draft',
  Published = 'published',
}

@Entity({ name: 'posts' })
@Index(['status', 'createdAt'])
export class Post extends Timestamped {
  @Column({ type: 'varchar' })
  title!: string;

  @Column('text')
  body!: string;

  @Column({ type: 'enum', enum: PostStatus, default: PostStatus.Draft })
  status!: PostStatus;

  @Column({ type: 'int', default: 0 })
  viewCount!: number;

  @Column({ type: 'jsonb', nullable: true })
  meta!: Record<string, unknown>;

  @Column({ type: 'text', array: true, default: '{}' })
  labels!: string[];

  @Column({ name: 'author_id', type: 'int' })
  authorId!: number;

  @ManyToOne(() => User, (user) => user.posts, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'author_id' })
  author!: Relation<User>;

  @ManyToOne('Category', { nullable: true })
  category!: Category;

  @OneToMany(() => Comment, (comment) => comment.post, { lazy: true })
  comments!: Promise<Comment[]>;

  @ManyToMany(() => Tag, (tag) => tag.posts)
  @JoinTable({
    name: 'posts_tags',
    joinColumn: { name: 'post_id', referencedColumnName: 'id' },
    inverseJoinColumn: { name: 'tag_id', referencedColumnName: 'id' },
  })
  tags!: Tag[];

  @DeleteDateColumn({ name: 'deleted_at', type: 'timestamptz' })
  deletedAt!: Date | null;
}
