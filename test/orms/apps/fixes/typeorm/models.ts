import 'reflect-metadata';
import { Column, DataSource, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';

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

  @Column({ type: 'text' })
  body!: string;

  @ManyToOne(() => Post, (post) => post.comments)
  @JoinColumn({ name: 'post_id' })
  post!: unknown;
}

@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'integer', name: 'author_id' })
  authorId!: number;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'author_id' })
  author!: User;

  @ManyToOne(() => User, { lazy: true })
  @JoinColumn({ name: 'editor_id' })
  editor!: Promise<User | null>;

  @OneToMany(() => Comment, (comment) => comment.post)
  comments!: Comment[];
}

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.BLOG_DATABASE_URL,
  entities: [User, Post, Comment],
});
export const open = () => dataSource.initialize();
export const close = () => dataSource.destroy();
