import assert from 'node:assert/strict';
import type { OrmCall } from '../../../../src/code/orms/orm';
import { ormCallsIn } from '../../../support/orm-calls';

const entities = `
  import { Collection, Entity, Filter, ManyToMany, ManyToOne, OneToMany, PrimaryKey, Property, Ref } from '@mikro-orm/core';

  @Entity()
  @Filter({ name: 'tenant', cond: (args) => ({ tenantId: args.id }), default: true })
  export class BlogPost {
    @PrimaryKey() id!: number;
    @Property() tenantId!: number;
    @Property() isPublic!: boolean;
    @ManyToOne() author!: Ref<Writer>;
    @ManyToMany(() => BlogPost) related = new Collection<BlogPost>(this);
  }

  @Entity({ tableName: 'people' })
  export class Writer {
    @PrimaryKey() id!: number;
    @Property({ fieldName: 'mail' }) email!: string;
    @OneToMany(() => BlogPost, 'author') posts = new Collection<BlogPost>(this);
  }
`;

async function callsIn(text: string): Promise<readonly OrmCall[]> {
  const found = await ormCallsIn({
    '/app/entities.ts': entities,
    '/app/calls.ts': `import { EntityManager, EntityRepository, MikroORM } from '@mikro-orm/postgresql'; import { BlogPost, Writer } from './entities'; ${text}`,
  });
  return found.calls.map(({ variants }) => variants[0]).filter((call) => call !== undefined);
}

async function sqlOf(body: string): Promise<string> {
  const calls = await callsIn(`export async function run(em: EntityManager, id: number, where) { ${body} }`);
  assert.equal(calls.length, 1);
  return (calls[0]?.statements ?? []).map(({ sql }) => sql).join('; ');
}

describe('MikroORM', () => {
  describe('finds no query', () => {
    for (const [what, text] of Object.entries({
      'of a list or a map':
        'export function run(posts: BlogPost[], byId: Map<number, BlogPost>) { byId.clear(); return posts.find((post) => post.id === 1); }',
      'of a class of the program that is called EntityManager': `export namespace own { export class EntityManager { find(of: unknown, where: unknown) { return [of, where]; } } }
        export const run = (em: own.EntityManager) => em.find(BlogPost, {});`,
      'in create, assign, persist and getReference':
        'export function run(em: EntityManager, post: BlogPost) { em.assign(post, {}); em.persist(em.create(BlogPost, {})); return em.getReference(BlogPost, 1); }',
      'of an unknown parameter': 'export const run = (em) => em.find(BlogPost, {});',
    })) {
      it(what, async () => {
        assert.deepEqual(await callsIn(text), []);
      });
    }
  });

  it('adds filters that are on by default', async () => {
    assert.equal(
      await sqlOf('return em.find(BlogPost, { isPublic: true });'),
      'select "b0".* from "blog_post" as "b0" where "b0"."tenant_id" = $1 and "b0"."is_public" = $2',
    );
    assert.doesNotMatch(await sqlOf('return em.find(BlogPost, { isPublic: true }, { filters: false });'), /tenant_id/);
  });

  it('takes the entity of a relation from its type', async () => {
    assert.match(
      await sqlOf("return em.find(BlogPost, { author: { email: 'a' } }, { filters: false });"),
      /join "people" as "\w+" on "b0"."author_id" = "\w+"."id" where "\w+"."mail" = \$1/,
    );
  });

  it('numbers the columns of a join table between rows of one entity', async () => {
    assert.match(
      await sqlOf("return em.find(BlogPost, {}, { populate: ['related'] });"),
      /"blog_post_related" .*"blog_post_1_id".*"blog_post_2_id"/,
    );
  });

  it('reads the entity manager of an application and of its forks', async () => {
    const calls = await callsIn(`
      const orm = await MikroORM.init({ entities: [BlogPost, Writer] });
      export const one = () => orm.em.fork().count(Writer);
      export const two = (repository: EntityRepository<Writer>) => repository.getEntityManager().count(Writer, { email: 'a' });`);
    assert.deepEqual(
      calls.map(({ statements }) => statements[0]?.sql),
      [
        'select count(*) as "count" from "people" as "w0"',
        'select count(*) as "count" from "people" as "w0" where "w0"."mail" = $1',
      ],
    );
  });

  it('says what it does not know', async () => {
    const calls = await callsIn(`
      export async function run(em: EntityManager, where, options) {
        await em.find(Writer, where);
        await em.find(Writer, { email: 'a' }, options);
        await em.nativeUpdate(Writer, { id: 1 }, options);
        await em.flush();
      }`);
    assert.deepEqual(
      calls.map(({ notes }) => notes),
      [
        ['Conditions that are made at run time are not included.'],
        ['The options are made at run time and are not included.'],
        ['Which columns are set is known at run time only.'],
        ['What flush() sends depends on what has changed.'],
      ],
    );
  });

  it('gives no UPDATE or DELETE of which a whole condition is not known', async () => {
    const calls = await callsIn(`
      export async function run(em: EntityManager, where) {
        await em.nativeDelete(Writer, where);
        await em.nativeUpdate(Writer, { unknown: 1 }, { email: 'a' });
        await em.createQueryBuilder(Writer).delete().where(where).execute();
      }`);
    assert.deepEqual(
      calls.map(({ statements, notes }) => [statements.length, notes.length]),
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    );
  });

  it('says which relations come with the rows', async () => {
    const calls = await callsIn(
      "export const run = (em: EntityManager) => em.find(Writer, { id: 5 }, { populate: ['posts.related'] });",
    );
    assert.deepEqual(
      calls[0]?.loads.map(({ path }) => path),
      ['posts', 'posts.related'],
    );
    assert.deepEqual([calls[0]?.equals[0]?.property, calls[0]?.isOnlyEquals], ['id', true]);
  });
});
