import { Column, CreateDateColumn, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn, RelationId } from 'typeorm';
import { Post } from './post';
import { User } from './user';

@Entity({ orderBy: { createdAt: 'ASC' } })
export class Comment {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id!: string;

  @Column({ type: 'text' })
  body!: string;

  @Column({ type: 'boolean', nullable: true })
  isApproved!: boolean;

  @CreateDateColumn()
  createdAt!: Date;

  @ManyToOne(() => Post, (post) => post.comments, { nullable: false, lazy: true })
  post!: Promise<Post>;

  @ManyToOne(() => User, (user) => user.comments, { eager: true, nullable: true })
  author!: User;

  @ManyToOne(() => Comment, (comment) => comment.replies)
  parent!: Comment;

  @OneToMany(() => Comment, (comment) => comment.parent)
  replies!: Comment[];

  @RelationId((comment: Comment) => comment.parent)
  parentId!: string;
}
