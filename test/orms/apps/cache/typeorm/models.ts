import { Column, DataSource, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'text' }) name!: string;
}

@Entity('posts')
export class Post {
  @PrimaryColumn({ type: 'bigint' }) id!: string;
  @ManyToOne(() => User) @JoinColumn({ name: 'author_id' }) author!: User;
  @Column({ type: 'integer', name: 'author_id' }) authorId!: number;
  @Column({ type: 'text' }) title!: string;
  @Column({ type: 'numeric' }) price!: string;
  @Column({ type: 'jsonb' }) data!: unknown;
  @Column({ type: 'timestamptz', name: 'created_at' }) createdAt!: Date;

  /** What goes out. */
  toJSON() {
    const { price: _, ...shown } = this;
    return shown;
  }
}

export const source = new DataSource({ type: 'postgres', url: process.env.BLOG_DATABASE_URL, entities: [User, Post] });
export const posts = source.getRepository(Post);
export const open = () => source.initialize();
export const close = () => source.destroy();
