import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';

export class Period {
  @Column({ type: 'timestamptz', nullable: true })
  startsAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  endsAt!: Date;
}

export abstract class WithId {
  @PrimaryGeneratedColumn('uuid')
  id!: string;
}

@Entity()
export class Team extends WithId {
  @Column({ type: 'varchar' })
  name!: string;

  @OneToMany(() => User, (user) => user.team)
  members!: User[];
}

@Entity()
export class User extends WithId {
  @Column({ type: 'varchar' })
  fullName!: string;

  @Column({ type: 'varchar', select: false })
  apiToken!: string;

  @ManyToOne(() => Team, (team) => team.members, { nullable: false })
  team!: Team;

  @Column({ type: 'uuid', nullable: true })
  managerId!: string | null;

  @ManyToOne(() => User, (user) => user.reports)
  @JoinColumn({ name: 'manager_id' })
  manager!: User | null;

  @OneToMany(() => User, (user) => user.manager)
  reports!: User[];

  @ManyToMany(() => User, (user) => user.followers)
  @JoinTable()
  following!: User[];

  @ManyToMany(() => User, (user) => user.following)
  followers!: User[];

  @OneToMany('Article', 'author')
  articles!: Article[];

  @OneToOne(() => Desk, (desk) => desk.owner)
  desk!: Desk;
}

@Entity()
export class Desk extends WithId {
  @Column({ type: 'int' })
  roomNumber!: number;

  @OneToOne(() => User, (user) => user.desk, { nullable: false })
  @JoinColumn()
  owner!: User;
}

@Entity()
export class Article extends WithId {
  @Column({ type: 'varchar' })
  headline!: string;

  @Column({ type: 'varchar', unique: true })
  urlSlug!: string;

  @Column({ type: 'int', default: 0, name: 'hits' })
  readCount!: number;

  @CreateDateColumn()
  createdAt!: Date;

  @DeleteDateColumn()
  deletedAt!: Date | null;

  @Column(() => Period)
  visible!: Period;

  @Column(() => Period, { prefix: 'embargo' })
  blocked!: Period;

  @Column({ type: 'uuid' })
  authorId!: string;

  @ManyToOne(() => User, (user) => user.articles, { nullable: false })
  author!: User;

  @ManyToOne(() => User)
  reviewer!: User | null;

  @ManyToMany(() => Label)
  @JoinTable()
  labels!: Label[];

  @OneToMany(() => Reply, (reply) => reply.article)
  replies!: Reply[];
}

@Entity()
export class Label {
  @PrimaryColumn({ type: 'varchar' })
  code!: string;

  @Column({ type: 'varchar' })
  displayText!: string;
}

@Entity('replies')
export class Reply extends WithId {
  @Column({ type: 'text' })
  text!: string;

  @ManyToOne(() => Article, (article) => article.replies, { lazy: true })
  article!: Promise<Article>;

  @ManyToOne(() => User, { eager: true, nullable: false })
  writer!: User;
}
