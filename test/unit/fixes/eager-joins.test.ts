import assert from 'node:assert/strict';
import { afterFix, fixesIn } from '../../support/fixes-of';

const entities = `import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
@Entity() export class User {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
}
@Entity() export class Comment {
  @PrimaryGeneratedColumn() id: number;
  @Column() postId: number;
  @ManyToOne(() => Post, (post) => post.comments) @JoinColumn({ name: 'postId' }) post: Post;
}
@Entity() export class Post {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @Column() authorId: number;
  @ManyToOne(() => User) @JoinColumn({ name: 'authorId' }) author: User;
  @OneToMany(() => Comment, (comment) => comment.post) comments: Comment[];
}
`;
const author = 'users.findOneBy({ id: post.authorId })';
const loop = (rows: string, inner: string) => `import { Repository } from 'typeorm';
import { Comment, Post, User } from './entities';
export async function list(posts: Repository<Post>, users: Repository<User>, comments: Repository<Comment>) {
  for (const post of await posts.${rows}) console.log(await ${inner});
}
`;

async function offered(rows: string, inner = author): Promise<string | undefined> {
  const text = loop(rows, inner);
  const fixes = await fixesIn({ '/app/entities.ts': entities, '/app/list.ts': text });
  const fix = fixes.find(({ title }) => title.startsWith('Load '));
  return fix && afterFix(fix, text);
}

describe('Eager loading of a query builder', () => {
  it('is a join before the conditions', async () => {
    const rows = (join: string) =>
      `createQueryBuilder('p')${join}.where('p.title <> :title', { title: 'x' }).getMany()`;
    const changed = loop(rows(".leftJoinAndSelect('p.author', 'author')"), author).replace(
      `await ${author}`,
      'post.author',
    );
    assert.equal(await offered(rows('')), changed);
  });

  const refused: readonly (readonly [why: string, rows: string, inner?: string])[] = [
    ['when a condition names a column without its table', "createQueryBuilder('p').where('title = :title').getMany()"],
    ['when the order names a column without its table', "createQueryBuilder('p').orderBy('id').getMany()"],
    ['when the columns are chosen', "createQueryBuilder('p').select(['p.id', 'p.authorId']).getMany()"],
    ['when its alias is another', "createQueryBuilder('p').innerJoin('p.comments', 'author').getMany()"],
    [
      'when joined rows would be limited',
      "createQueryBuilder('p').limit(5).getMany()",
      'comments.findBy({ postId: post.id })',
    ],
  ];
  for (const [why, rows, inner] of refused) {
    it(`is refused ${why}`, async () => {
      assert.equal(await offered(rows, inner), undefined);
    });
  }
});

describe('Eager loading of a repository', () => {
  it('is refused for chosen columns and for conditions without options', async () => {
    assert.equal(await offered('find({ select: { id: true, authorId: true } })'), undefined);
    assert.equal(await offered("findBy({ title: 'x' })"), undefined);
  });

  it('is refused when a missing row is an error', async () => {
    assert.equal(await offered('find()', 'users.findOneByOrFail({ id: post.authorId })'), undefined);
  });
});
