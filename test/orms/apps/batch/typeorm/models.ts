import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'integer', name: 'author_id' }) authorId!: number;
  @Column({ type: 'text' }) title!: string;
}

export const source = new DataSource({ type: 'postgres', url: process.env.BLOG_DATABASE_URL, entities: [Post] });
export const open = () => source.initialize();
export const close = () => source.destroy();
