import assert from 'node:assert/strict';
import { readCallFacts } from '../../../../src/code/calls/call-facts';
import { orms } from '../../../../src/code/orms/orms';
import { ormCallsIn } from '../../../support/orm-calls';

const program = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export const author = (id: number) => prisma.user.findFirst({ where: { id } });
`;
const schema = 'model User {\n  id Int @id\n  name String\n}\n';

/** The fields whose resolvers are told. */
async function told(files: Readonly<Record<string, string>>): Promise<string[]> {
  const all = { '/app/schema.prisma': schema, '/app/src/data.ts': program, ...files };
  const { program: read } = await ormCallsIn(all);
  const calls = new Map([...read.files.keys()].map((uri) => [uri, read.callsOf(uri)]));
  const facts = readCallFacts({ tracer: read.tracer, models: read.models, orms, calls });
  return facts.repetitions.map(({ loop, steps }) => `${loop.kind}: ${steps[0]?.name}`);
}

const map = (type = 'Post') => ({
  '/app/src/resolvers.ts': `import { author } from './data';
export const resolvers = { Query: {}, ${type}: { author: (parent) => author(parent.authorId) } };`,
});

describe('Field resolvers of GraphQL', () => {
  const lists: Readonly<Record<string, string>> = {
    'of a list': 'type Query { posts: [Post!]! } type Post { author: User } type User { name: String }',
    'of a list of another type': 'type Query { user: User } type User { posts: [Post] } type Post { author: User }',
    'of a connection':
      'type Query { posts(first: Int): PostConnection! } type PostConnection { edges: [PostEdge] } type PostEdge { node: Post } type Post { author: User }',
    'of what hangs on a list':
      'type Query { comments: [Comment!] } type Comment { post: Post! } type Post { author: User }',
    'of a list of an interface':
      'type Query { nodes: [Node] } interface Node { id: ID } type Post implements Node { id: ID author: User }',
    'of a list of a union':
      'type Query { found: [Hit] } union Hit = Post | User type Post { author: User } type User { name: String }',
    'that an extension gives': 'type Query { a: Int } type Post { author: User } extend type Query { posts: [Post] }',
  };
  for (const [what, sdl] of Object.entries(lists)) {
    it(`run for each ${what}`, async () =>
      assert.deepEqual(await told({ ...map(), '/app/schema.graphql': sdl }), ['field resolver: author']));
  }

  const one =
    'type Query { post(id: ID!): Post } type Post { author: User, tags: [String!] } type User { name: String }';
  it('run once where the schema gives one row', async () => {
    assert.deepEqual(await told({ ...map(), '/app/schema.graphqls': one }), []);
    const text = `import gql from 'graphql-tag';\nexport const typeDefs = gql\`${one}\`;`;
    assert.deepEqual(await told({ ...map(), '/app/src/schema.ts': text }), []);
    assert.deepEqual(await told({ ...map(), '/app/src/schema.ts': text.replace('gql`', '`#graphql\n') }), []);
  });

  it('are read from all parts of the schema', async () => {
    const parts = { '/app/a.graphql': one, '/app/b.gql': 'extend type Query { posts: [Post] }' };
    assert.deepEqual(await told({ ...map(), ...parts }), ['field resolver: author']);
  });

  it('may run for each where the schema is not known, or not whole', async () => {
    assert.deepEqual(await told(map()), ['field resolver: author']);
    assert.deepEqual(await told({ ...map('Note'), '/app/schema.graphql': one }), ['field resolver: author']);
    assert.deepEqual(await told({ ...map(), '/app/a.graphql': one, '/app/b.graphql': 'type Query { posts: [' }), [
      'field resolver: author',
    ]);
  });

  it('are right with a DataLoader', async () => {
    const files = {
      '/app/schema.graphql': lists['of a list'] ?? '',
      '/app/src/resolvers.ts': `import DataLoader from 'dataloader';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const authors = new DataLoader(async (ids) => prisma.user.findMany({ where: { id: { in: [...ids] } } }));
export const resolvers = { Query: {}, Post: { author: (post) => authors.load(post.authorId) } };`,
    };
    assert.deepEqual(await told(files), []);
  });

  it('of classes run for each where a field gives a list, a connection or a page of it', async () => {
    const code = (query: string, more = '') => ({
      '/app/src/post.resolver.ts': `import { Field, FieldResolver, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { author } from './data';
@ObjectType() export class Post { @Field() authorId: number; }
${more}
@Resolver(() => Post)
export class PostResolver {
  ${query}
  @FieldResolver() async author(@Root() post: Post) { return author(post.authorId); }
}`,
    });
    const edges = `@ObjectType() class PostEdge { @Field(() => Post) node: Post; }
@ObjectType() class PostConnection { @Field(() => [PostEdge]) edges: PostEdge[]; }`;
    const each = ['field resolver: author'];
    assert.deepEqual(await told(code('@Query(() => [Post]) posts() {}')), each);
    assert.deepEqual(await told(code('@Query(() => PostConnection) posts() {}', edges)), each);
    assert.deepEqual(
      await told(code('@Query(() => PostPage) posts() {}', '@ObjectType() class PostPage extends Paginated(Post) {}')),
      each,
    );
    assert.deepEqual(await told(code('@Query() posts(): Promise<Post[]> {}')), each);
    assert.deepEqual(await told(code('@Query(() => Post) post() {}')), []);
  });
});
