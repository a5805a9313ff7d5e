import 'reflect-metadata';
import { Column, DataSource, DeleteDateColumn, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  name!: string;
}

@Entity('comments')
export class Comment {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'integer', name: 'post_id' })
  postId!: number;

  @Column({ type: 'integer', name: 'author_id' })
  authorId!: number;

  @Column({ type: 'text' })
  body!: string;

  @ManyToOne(() => Post, (post) => post.comments)
  @JoinColumn({ name: 'post_id' })
  post!: unknown;

  @ManyToOne(() => Untouched)
  @JoinColumn({ name: 'post_id' })
  untouched!: unknown;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'author_id' })
  author!: User;
}

@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'integer', name: 'author_id' })
  authorId!: number;

  @Column({ type: 'integer', name: 'editor_id', nullable: true })
  editorId!: number | null;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'author_id' })
  author!: User;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'editor_id' })
  editor!: User | null;

  @OneToMany(() => Comment, (comment) => comment.post)
  comments!: Comment[];
}

/** Posts that nobody edits. */
@Entity('posts')
export class Untouched {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  title!: string;

  @DeleteDateColumn({ type: 'integer', name: 'editor_id' })
  deletedAt!: unknown;
}

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.BLOG_DATABASE_URL,
  entities: [User, Post, Comment, Untouched],
});
export const open = () => dataSource.initialize();
export const close = () => dataSource.destroy();
