import assert from 'node:assert/strict';
import type { OrmCall } from '../../../../src/code/orms/orm';
import { ormCallsIn } from '../../../support/orm-calls';

const entities = `
  import { Entity, PrimaryGeneratedColumn, Column, ManyToOne, OneToMany, ManyToMany, JoinTable, DeleteDateColumn } from 'typeorm';

  @Entity('posts')
  export class Post {
    @PrimaryGeneratedColumn() id: number;
    @Column() title: string;
    @ManyToOne(() => User, (user) => user.posts) author: User;
    @ManyToMany(() => Post) @JoinTable() related: Post[];
  }

  @Entity()
  export class User {
    @PrimaryGeneratedColumn() id: number;
    @Column({ name: 'mail' }) email: string;
    @OneToMany(() => Post, (post) => post.author) posts: Promise<Post[]>;
  }
`;

async function callsIn(text: string, more: Readonly<Record<string, string>> = {}): Promise<readonly OrmCall[]> {
  const found = await ormCallsIn({ '/app/entities.ts': entities, '/app/calls.ts': text, ...more });
  return found.calls.map(({ variants }) => variants[0]).filter((call) => call !== undefined);
}

const imports = `
  import { Repository, DataSource, In } from 'typeorm';
  import { Post, User } from './entities';
`;

async function sqlIn(body: string, parameters = 'posts: Repository<Post>, id: number, ids: number[]'): Promise<string> {
  const calls = await callsIn(`${imports} export async function run(${parameters}) { ${body} }`);
  assert.equal(calls.length, 1);
  return (calls[0]?.statements ?? []).map(({ sql }) => sql.replace(/^SELECT .*? FROM/, 'SELECT … FROM')).join('; ');
}

describe('TypeORM', () => {
  describe('finds no query', () => {
    for (const [what, text] of Object.entries({
      'of a cache that has the same methods': `class Cache { find(key: string) { return key; } delete(key: string) {} }
        export function run(cache: Cache, posts: Post[]) { cache.find('a'); cache.delete('a'); return posts.find((post) => post.id === 1); }`,
      'of a list': 'export function run(posts: Post[]) { return posts.map((post) => post.title).find(Boolean); }',
      'of a class of the program that is called Repository': `class Repository<T> { find(): T[] { return []; } }
        export function run(posts: Repository<Post>) { return posts.find(); }`,
      'in a builder that is not sent': `import { DataSource } from 'typeorm';
        export function run(source: DataSource) { return source.getRepository(Post).createQueryBuilder('post').where('post.id = 1').getQuery(); }`,
      'in create() and merge()': `import { Repository } from 'typeorm';
        export function run(posts: Repository<Post>) { return posts.merge(posts.create({ title: 'a' }), { title: 'b' }); }`,
      'of a Map or a parameter of unknown type': `export function run(rows: Map<string, Post>, store) { rows.delete('a'); return store.find({ where: { id: 1 } }); }`,
    })) {
      it(what, async () => {
        assert.deepEqual(await callsIn(`import { Post } from './entities'; ${text}`), []);
      });
    }
  });

  describe('reads the forms of older versions', () => {
    it('relations as a list of paths', async () => {
      assert.match(
        await sqlIn("return posts.find({ relations: ['author', 'author.posts'] });"),
        /LEFT JOIN "user" .* LEFT JOIN "posts"/,
      );
    });

    it('select as a list of properties', async () => {
      const calls = await callsIn(
        `${imports} export const run = (posts: Repository<Post>) => posts.find({ select: ['id', 'title'] });`,
      );
      assert.deepEqual(calls[0]?.selects, ['id', 'title']);
    });

    it('findOne(id) and find(conditions)', async () => {
      assert.equal(
        await sqlIn('return posts.findOne(id);'),
        'SELECT … FROM "posts" "Post" WHERE "Post"."id" = $1 LIMIT $2',
      );
      assert.equal(
        await sqlIn("return posts.find({ title: 'a' });"),
        'SELECT … FROM "posts" "Post" WHERE "Post"."title" = $1',
      );
    });

    it('findByIds and getRepository of the package', async () => {
      assert.equal(
        await sqlIn('return posts.findByIds(ids);'),
        'SELECT … FROM "posts" "Post" WHERE "Post"."id" IN ($1)',
      );
      const calls = await callsIn(
        `import { getRepository } from 'typeorm'; import { User } from './entities'; export const run = () => getRepository(User).count();`,
      );
      assert.equal(calls[0]?.statements[0]?.sql, 'SELECT COUNT(1) AS "cnt" FROM "user" "User"');
    });
  });

  it('says what it does not know', async () => {
    const calls = await callsIn(`${imports}
      export function run(posts: Repository<Post>, where, options) {
        posts.find({ where });
        posts.find(options);
        posts.find({ where: { title: 'a', ...where } });
        posts.update({ id: 1 }, options);
        posts.save(options);
      }`);
    assert.deepEqual(
      calls.map(({ notes }) => notes),
      [
        ['Conditions that are made at run time are not included.'],
        ['The options are made at run time and are not included.'],
        ['Conditions added at run time are not included.'],
        ['Which columns are set is known at run time only.'],
        ['save() first reads the rows that have a key; what it then writes depends on what has changed.'],
      ],
    );
  });

  it('says that an entity is known at run time only', async () => {
    const calls = await callsIn(`${imports} import { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
      export function one(manager: EntityManager, entity, id) { return manager.findOneBy(entity, { id }); }
      export function all<T extends ObjectLiteral>(manager: EntityManager, entity: EntityTarget<T>) {
        return manager.getRepository(entity).find();
      }
      export function trees(manager: EntityManager, entity) { return manager.getTreeRepository(entity).findTrees(); }
      export function unknown(manager, entity, id) { return manager.findOneBy(entity, { id }); }`);
    const note = 'The entity is known at run time only.';
    assert.deepEqual(
      calls.map(({ notes, statements }) => [notes, statements.length]),
      [
        [[note], 0],
        [[note], 0],
        [[note], 0],
      ],
    );
  });

  it('gives no UPDATE or DELETE of which a whole condition is not known', async () => {
    const calls = await callsIn(`${imports} import { FindOptionsWhere } from 'typeorm';
      export function run(posts: Repository<Post>, where: FindOptionsWhere<Post>, condition) {
        posts.delete(where);
        posts.update({ unknown: 1 }, { title: 'a' });
        posts.createQueryBuilder().delete().where(condition).execute();
      }`);
    assert.deepEqual(
      calls.map(({ statements }) => statements.length),
      [0, 0, 0],
    );
    assert.ok(calls.every(({ notes }) => notes.includes('A condition that is made at run time is not included.')));
  });

  it('takes the entity that is given to a repository of the program', async () => {
    const calls = await callsIn(`${imports}
      class Connection { constructor(private readonly source: DataSource) {}
        getRepository<T>(context: unknown, target: new () => T): Repository<T> { return context[0].getRepository(target); } }
      export const run = (connection: Connection, context: unknown) => connection.getRepository(context, User).find();`);
    assert.match(calls[0]?.statements[0]?.sql ?? '', /FROM "user" "User"$/);
  });

  it('finds calls of repositories whose entity is a type parameter, without SQL', async () => {
    const calls = await callsIn(`${imports}
      export class Base<T> { constructor(private readonly repository: Repository<T>) {} list() { return this.repository.find(); } }`);
    assert.deepEqual([calls.length, calls[0]?.isMany, calls[0]?.statements], [1, true, []]);
  });

  it('gives the places and values of parameters, and which conditions are equalities', async () => {
    const calls = await callsIn(`${imports}
      export const run = (posts: Repository<Post>, authorId: number) => posts.findBy({ title: 'a', author: { id: authorId } });`);
    const [call] = calls;
    assert.deepEqual(
      call?.statements[0]?.parameters.map(({ source, constant }) => [source, constant]),
      [
        ["'a'", 'a'],
        ['authorId', undefined],
      ],
    );
    assert.deepEqual(
      call?.equals.map(({ property }) => property),
      ['title', 'authorId'],
    );
  });

  it('follows options of another file, and underlines nothing there', async () => {
    const calls = await callsIn(
      `${imports} import { withAuthor } from './options'; export const run = (posts: Repository<Post>) => posts.find(withAuthor);`,
      { '/app/options.ts': `\n\nexport const withAuthor = { where: { title: 'a' }, relations: { author: true } };` },
    );
    const text = `${imports} import { withAuthor } from './options'; export const run = (posts: Repository<Post>) => posts.find(withAuthor);`;
    const [load] = calls[0]?.loads ?? [];
    assert.deepEqual([load?.path, text.slice(load?.range.start, load?.range.end)], ['author', 'withAuthor']);
    assert.match(calls[0]?.statements[0]?.sql ?? '', /WHERE "Post"."title" = \$1$/);
  });

  it('says where the program names a column', async () => {
    const text = `${imports} export const run = (posts: Repository<Post>) => posts.find({ where: { title: 'a' }, order: { id: 'DESC' } });`;
    const [call] = await callsIn(text);
    const places = [...(call?.statements[0]?.places ?? [])].map(([column, { start }]) => [
      column,
      text.slice(start, start + 8),
    ]);
    assert.deepEqual(places, [
      ['title', "title: '"],
      ['id', "id: 'DES"],
    ]);
  });

  it('says which relations come with the rows', async () => {
    const calls = await callsIn(`${imports}
      export function run(posts: Repository<Post>) {
        posts.find({ relations: { author: { posts: true } } });
        posts.createQueryBuilder('p').leftJoinAndSelect('p.author', 'a').leftJoinAndSelect('a.posts', 'q').leftJoin('p.related', 'r').getMany();
      }`);
    assert.deepEqual(
      calls.map(({ loads }) => loads.map(({ path }) => path)),
      [
        ['author', 'author.posts'],
        ['author', 'author.posts'],
      ],
    );
  });

  it('numbers the columns of a join table between rows of one entity', async () => {
    assert.match(
      await sqlIn('return posts.find({ relations: { related: true } });'),
      /"posts_related_posts".*"postsId_1".*"postsId_2"/,
    );
  });

  it('follows a data source in Nest for the names of columns', async () => {
    const found = await ormCallsIn({
      '/app/entities.ts': entities,
      '/app/app.module.ts': `
        import { Module } from '@nestjs/common';
        import { TypeOrmModule } from '@nestjs/typeorm';
        import { SnakeNamingStrategy } from 'typeorm-naming-strategies';
        @Module({ imports: [TypeOrmModule.forRoot({ type: 'postgres', entityPrefix: 'app_', namingStrategy: new SnakeNamingStrategy() })] })
        export class AppModule {}`,
    });
    const post = found.program.models.of('typeorm').find(({ name }) => name === 'Post');
    assert.equal(post?.table, 'app_posts');
    assert.deepEqual(
      post?.columns.map(({ column }) => column),
      ['id', 'title', 'author_id'],
    );
  });

  it('reads the relations and columns of a tree, and says that its upkeep is not read', async () => {
    const found = await ormCallsIn({
      '/app/tree.ts': `
        import { Entity, PrimaryGeneratedColumn, Tree, TreeChildren, TreeParent, Repository } from 'typeorm';
        @Entity() @Tree('materialized-path') export class Folder {
          @PrimaryGeneratedColumn() id: number; @TreeChildren() children: Folder[]; @TreeParent() parent: Folder;
        }
        export const run = (folders: Repository<Folder>) => folders.find({ relations: { children: true } });
        export const add = (folders: Repository<Folder>) => folders.save({ parent: null });`,
    });
    const [call, save] = found.calls.map(({ variants }) => variants[0]);
    assert.match(call?.statements[0]?.sql ?? '', /LEFT JOIN "folder" "(\w+)" ON "\1"."parentId" = "Folder"."id"$/);
    assert.match(call?.statements[0]?.sql ?? '', /"Folder"\."mpath"/);
    assert.deepEqual(call?.notes, []);
    assert.ok(save?.notes.includes('What keeps the tree of the rows is not included.'));
  });

  it('takes id as the key where the program has a decorator of its own for it', async () => {
    const found = await ormCallsIn({
      '/app/key.ts': `
        import { Entity, ManyToOne, Repository } from 'typeorm';
        import { OwnKey } from './own';
        class Base { @OwnKey() id: string; }
        @Entity() export class Room extends Base { @ManyToOne(() => Room) next: Room; }
        @Entity() export class Keyless { @ManyToOne(() => Keyless) next: Keyless; }
        export function run(rooms: Repository<Room>, others: Repository<Keyless>) {
          rooms.find({ where: { id: 'a' }, relations: { next: true } });
          others.find({ relations: { next: true } });
        }`,
    });
    const [first, second] = found.calls.map(({ variants }) => variants[0]);
    assert.match(first?.statements[0]?.sql ?? '', /ON "\w+"."id" = "Room"."nextId" WHERE "Room"."id" = \$1$/);
    assert.deepEqual([second?.statements, second?.notes], [[], ['A key that a join needs is not known.']]);
  });

  it('reads entities with errors as far as it can', async () => {
    const found = await ormCallsIn({
      '/app/bad.ts': `
        import { Entity, Column, ManyToOne, PrimaryGeneratedColumn, OneToMany, Repository } from 'typeorm';
        @Entity() export class A { @PrimaryGeneratedColumn() id; @ManyToOne(() => Missing) gone; @Column(() => Nowhere) box; @OneToMany(() => B, 'x') bs: B[]; }
        @Entity() export class B extends B { @Column() name: string; @ManyToOne() nothing; }
        @Entity() export class A2 { @ManyToOne(() => A2) parent: A2; @Column(
        export const run = (as: Repository<A>) => as.find({ relations: { gone: true, bs: true } });`,
    });
    const [a] = found.program.models.of('typeorm');
    assert.deepEqual([a?.name, a?.columns.map(({ column }) => column)], ['A', ['id']]);
  });

  it('finds an entity by the import where two have one name', async () => {
    const found = await ormCallsIn({
      '/one/user.ts': `import { Entity, PrimaryGeneratedColumn } from 'typeorm'; @Entity('one_users') export class User { @PrimaryGeneratedColumn() id: number; }`,
      '/two/user.ts': `import { Entity, PrimaryGeneratedColumn } from 'typeorm'; @Entity('two_users') export class User { @PrimaryGeneratedColumn() id: number; }`,
      '/two/run.ts': `import { DataSource } from 'typeorm'; import { User } from './user'; export const run = (source: DataSource) => source.getRepository(User).find();`,
    });
    assert.match(found.calls[0]?.sent[0]?.[0]?.sql ?? '', /FROM "two_users"/);
  });
});
