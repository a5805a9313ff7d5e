import { Column, Entity, JoinTable, ManyToMany, OneToMany, OneToOne } from 'typeorm';
import { Address } from './address';
import { Timestamped } from './base';
import { Comment } from './comment';
import { Post } from './post';
import { Profile } from './profile';

@Entity('users')
export class User extends Timestamped {
  @Column({ type: 'varchar', unique: true })
  email!: string;

  @Column('varchar', { name: 'display_name', nullable: true })
  displayName!: string | null;

  @Column({ name: 'password_hash', type: 'text', select: false })
  passwordHash!: string;

  @Column({ type: 'boolean', default: true })
  active!: boolean;

  @Column(() => Address)
  address!: Address;

  @OneToOne(() => Profile, (profile) => profile.user, { cascade: true })
  profile!: Profile;

  @OneToMany(() => Post, (post) => post.author)
  posts!: Post[];

  @OneToMany(() => Comment, (comment) => comment.author)
  comments!: Comment[];

  @ManyToMany(() => Post)
  @JoinTable()
  favorites!: Post[];
}
