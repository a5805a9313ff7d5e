import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  title!: string;

  // Who wrote it.
  @Column({ type: 'integer', name: 'author_id' })
  authorId!: number;

  @Column({ type: 'integer', name: 'editor_id', nullable: true })
  editorId!: number | null;
}
