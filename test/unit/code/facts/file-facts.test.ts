import assert from 'node:assert/strict';
import type { FileFacts } from '../../../../src/code/facts/facts';
import { factsOf, factsOfBody, written, writtenPattern } from './written-facts';

async function functionNames(text: string, uri = 'a.ts'): Promise<string[]> {
  return (await factsOf(text, uri)).functions.slice(1).map(({ name }) => name);
}

async function exportsOf(text: string, uri = 'a.ts'): Promise<string[]> {
  const { exports } = await factsOf(text, uri);
  return exports.map(({ name, from, local, value }) =>
    [name, from ?? '-', local ?? '-', value === undefined ? '-' : written(value)].join(' '),
  );
}

async function importsOf(text: string, uri = 'a.ts'): Promise<string[]> {
  return (await factsOf(text, uri)).imports.map(({ local, name, from }) => `${local} ${name} ${from}`);
}

describe('The facts of a file', () => {
  describe('say what it takes from others', () => {
    it('by import', async () => {
      assert.deepEqual(
        await importsOf(`import def, { a, b as c, type T } from './x'; import * as ns from 'y'; import type { Q } from 'q';
          import r = require('z'); import './side';`),
        ['def default ./x', 'a a ./x', 'c b ./x', 'T T ./x', 'ns * y', 'Q Q q', 'r * z'],
      );
    });

    it('by require and import()', async () => {
      assert.deepEqual(
        await importsOf(
          `const x = require('x'), { a, b: c } = require('./y'), d = require('./z').e, f = require('g').default;
           async function h() { const { i } = await import('./i'); const j = await import('j'); }
           const k = __importDefault(require('k'));`,
          'a.js',
        ),
        ['x * x', 'a a ./y', 'c b ./y', 'd e ./z', 'f default g', 'k * k', 'i i ./i', 'j * j'],
      );
    });

    it('but not by what only looks like it', async () => {
      assert.deepEqual(
        await importsOf(`const x = require(name); const y = require('./y')(db); foo.require('z');`, 'a.js'),
        [],
      );
    });
  });

  describe('say what it gives to others', () => {
    it('by export', async () => {
      assert.deepEqual(
        await exportsOf(`export { a, b as c } from './m'; export * from './n'; export * as k from './o'; export { d, e as default };
          export const f = 1, { g, h: i } = j; export function l() {} export class M {} export enum N {} export default make(1);`),
        [
          'a ./m a -',
          'c ./m b -',
          '* ./n - -',
          'k ./o * -',
          'd - d -',
          'default - e -',
          'f - f -',
          'g - g -',
          'i - i -',
          'l - l -',
          'M - M -',
          'N - N -',
          'default - - make(1)',
        ],
      );
      assert.deepEqual(await exportsOf('export default class extends A {}'), ['default - default -']);
      assert.deepEqual(await exportsOf('export default class B {}'), ['default - B -']);
      assert.deepEqual(await exportsOf('export default async function () { return a(); }'), [
        'default - - () => { return a() }',
      ]);
      assert.deepEqual(await exportsOf('export = foo;'), ['= - foo foo']);
    });

    it('by module.exports', async () => {
      assert.deepEqual(
        await exportsOf(
          `module.exports = { a, b: c.d, e() {} }; module.exports.f = 1; exports.g = (x) => x; exports.h = exports.i = j; exports.k = void 0;`,
          'a.js',
        ),
        ['= - - { a: a, b: c.d, e: () => {} }', 'f - - 1', 'g - - (x) => { return x }', 'i - j j', 'h - j j'],
      );
      assert.deepEqual(await exportsOf(`module.exports = class A extends Model {};`, 'a.js'), ['= - A A']);
    });
  });

  describe('have its functions', () => {
    it('with names that tell where they stand', async () => {
      assert.deepEqual(
        await functionNames(`function a() {} const b = () => {}; const c = function d() {}; exports.e = async () => {}; Post.prototype.f = function () {};
          const resolvers = { Query: { posts: () => {} }, g() {} }; class H { i() {} static j = () => {}; #k() {} get l() { return 1; } }
          list.map((x) => x); export default { methods: { m() {} } };`),
        [
          'a',
          'b',
          'c',
          'e',
          'Post.prototype.f',
          'resolvers.Query.posts',
          'resolvers.g',
          'H.i',
          'H.j',
          'H.#k',
          'H.l',
          '',
          'default.methods.m',
        ],
      );
    });

    it('with parameters of all kinds', async () => {
      const { functions } = await factsOf(
        `function f(this: X, a: string, { b, c: { d }, ...e }: Options = {}, [g, , h]: [A, B], i?: number, j = 1, ...k: any[]) {}`,
      );
      assert.deepEqual(
        functions[1]?.parameters.map((pattern) => [writtenPattern(pattern), pattern.type]),
        [
          ['a', 'string'],
          ['{ b: b, c.d: d, ...: e }', 'Options'],
          ['{ 0: g, 2: h }', '[A, B]'],
          ['i', 'number'],
          ['j', undefined],
          ['{ ...: k }', 'any[]'],
        ],
      );
      const js = await factsOf('function f(a, { b } = {}, ...c) {} const g = d => d;', 'a.js');
      assert.deepEqual(
        js.functions.slice(1).map(({ parameters }) => parameters.map(writtenPattern)),
        [['a', '{ b: b }', '{ ...: c }'], ['d']],
      );
    });

    it('with what they are', async () => {
      const { functions } = await factsOf(
        `// hooks must run for each\nasync function* a(): AsyncGenerator<Post> { yield b(); }\nclass C { /** why */ @Get() async d() { /* here */ e(); } }`,
      );
      const [, a, d] = functions;
      assert.deepEqual(
        [a?.isAsync, a?.isGenerator, a?.returnType, a?.comment],
        [true, true, 'AsyncGenerator<Post>', 'hooks must run for each'],
      );
      assert.deepEqual([d?.class, d?.isAsync, d?.comment], ['C', true, 'why\nhere']);
    });

    it('and which call takes a callback', async () => {
      const { functions } = await factsOf(`function f() { p(q(posts.map(async (post) => post.id)), (x) => x); }`);
      const [, f, map, other] = functions;
      assert.deepEqual([map?.callback?.argument, other?.callback?.argument, map?.parent], [0, 1, 1]);
      assert.equal(
        written(
          f?.uses[map?.callback?.use ?? -1]?.chain ?? { kind: 'runtime', source: '', range: { start: 0, end: 0 } },
        ),
        'posts.map((post) => { return post.id })',
      );
    });
  });

  describe('have its classes', () => {
    const text = `@Entity('posts', { schema: 'blog' })
      export class Post extends db.Base<Post> implements Named {
        @PrimaryGeneratedColumn() id!: number;
        @Column({ name: 'author_id', nullable: true }) authorId?: string;
        @OneToMany(() => Comment, (comment) => comment.post) comments: Comment[];
        static readonly limit = 10;
        constructor(private readonly posts: Repository<Post>, @Inject('X') public x: X, other: Other) { super(); this.other = other; }
        @Get(':id') async find(@Param('id') id: string) { this.cache = make(); }
        static async list() {}
      }`;

    it('with decorators, fields and methods', async () => {
      const { classes } = await factsOf(text);
      const [post] = classes;
      assert.ok(post?.extends);
      assert.deepEqual(
        [post.name, written(post.extends), post.extendsTypes, post.implements],
        ['Post', 'db.Base', ['Post'], ['Named']],
      );
      assert.deepEqual(post.decorators.map(written), ["Entity('posts', { schema: 'blog' })"]);
      assert.deepEqual(
        post.fields.map(({ name, type, value, isStatic, decorators }) => [
          name,
          type ?? '-',
          value ? written(value) : '-',
          isStatic ?? false,
          decorators.map(written).join(),
        ]),
        [
          ['id', 'number', '-', false, 'PrimaryGeneratedColumn()'],
          ['authorId', 'string', '-', false, "Column({ name: 'author_id', nullable: true })"],
          [
            'comments',
            'Comment[]',
            '-',
            false,
            'OneToMany(() => { return Comment }, (comment) => { return comment.post })',
          ],
          ['limit', '-', '10', true, ''],
          ['posts', 'Repository<Post>', 'posts', false, ''],
          ['x', 'X', 'x', false, "Inject('X')"],
          ['other', '-', 'other', false, ''],
          ['cache', '-', 'make()', false, ''],
        ],
      );
      assert.deepEqual(
        post.methods.map(({ name, isStatic, decorators }) => [name, isStatic ?? false, decorators.map(written).join()]),
        [
          ['constructor', false, ''],
          ['find', false, "Get(':id')"],
          ['list', true, ''],
        ],
      );
    });

    it('of every form', async () => {
      const names = async (code: string, uri?: string) =>
        (await factsOf(code, uri)).classes.map(({ name, extends: base }) => `${name} ${base ? written(base) : '-'}`);
      assert.deepEqual(
        await names(
          'abstract class A<T> {} class B extends A<X> {} const C = class extends B {}; function f() { return class D extends mixin(C) {}; }',
        ),
        ['A -', 'B A', 'C B', 'D mixin(C)'],
      );
      assert.deepEqual(
        await names(
          'class E extends Model { static x = 1; static { E.init({}); } }\nmodule.exports = (s) => { class F extends s.Model {} return F; };',
          'a.js',
        ),
        ['E Model', 'F s.Model'],
      );
    });
  });

  describe('have the uses of each function', () => {
    it('in the order of the text, with what takes them', async () => {
      const { uses } = await factsOfBody(
        'const row = await P.one(q(a)); if (row.ok) s(`${row.x}`, { y: row.y }); for (const z of row.list()) z.go(); row.name = 1; return row.end();',
      );
      assert.deepEqual(
        uses.map(({ chain, within, isAwaited, isWritten, loop, binding }) =>
          [
            written(chain),
            within ?? '-',
            isAwaited ? 'await' : isWritten ? 'write' : '-',
            loop ?? '-',
            binding ?? '-',
          ].join(' '),
        ),
        [
          'P.one(q(a)) - await - 0',
          'q(a) argument - - -',
          'row.ok condition - - -',
          's(`${row.x}`, { y: row.y }) - - - -',
          'row.x template - - -',
          'row.y object - - -',
          'row.list() loop head - - -',
          'z.go() - - 0 -',
          'row.name - write - -',
          'row.end() return - - -',
        ],
      );
    });

    it('in JSX', async () => {
      const { functions } = await factsOf(
        `export function List({ posts }) { return <ul id={posts.id}>{posts.map((post) => <li onClick={() => save(post.id)}>{post.author.name}</li>)}</ul>; }`,
        'a.tsx',
      );
      assert.deepEqual(
        functions.map(({ uses }) =>
          uses.map(({ chain }) =>
            chain.links.at(-1)?.arguments ? chain.links.at(-1)?.name || chain.root : written(chain),
          ),
        ),
        [[], ['posts.id', 'map'], ['post.author.name'], ['save', 'post.id']],
      );
    });

    it('of tagged templates, nested ones too', async () => {
      const { uses } = await factsOfBody(
        'await sql`select ${a} ${b ? sql`where ${c}` : sql``}`; prisma.$queryRaw<Post[]>`x`; sql<{ a: string }>`y`.execute(db);',
      );
      assert.deepEqual(
        uses.map(({ chain }) => written(chain)),
        [
          '(sql`select ${a} ${sql`where ${c}` @0 | sql`` @1}`)',
          '(sql`where ${c}`)',
          '(sql``)',
          '(prisma.$queryRaw`x`)',
          '(sql`y`).execute(db)',
        ],
      );
    });

    it('with the ranges of the text', async () => {
      const text = 'const a = (await Post.scope("x")!.findAll<Post>({ where: { id } })) as Post[];';
      const { functions } = await factsOf(text);
      const chain = functions[0]?.uses[0]?.chain;
      assert.ok(chain);
      const at = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
      assert.equal(at(chain.range), 'Post.scope("x")!.findAll<Post>({ where: { id } })');
      assert.equal(at(chain.rootRange), 'Post');
      assert.deepEqual(
        chain.links.map(({ range }) => at(range)),
        ['scope', 'findAll'],
      );
      assert.deepEqual(
        chain.links.map(({ argumentsRange }) => argumentsRange && at(argumentsRange)),
        ['("x")', '({ where: { id } })'],
      );
      assert.deepEqual(chain.links[1]?.types, ['Post']);
    });
  });

  it('have its loops', async () => {
    const { loops } = await factsOfBody(
      `for (const { id } of a) { for await (const x of b) { if (x) break; } }
       // one page after the other
       for (let i = 0; i < n; i += 100) {}
       while (true) { return; }
       do { c(); } while (await more());
       for (const k in o) { switch (k) { case 1: break; } }`,
    );
    assert.deepEqual(
      loops.map(({ kind, head, element, over, isLeft, parent, comment }) => [
        kind,
        head,
        element ? writtenPattern(element) : '-',
        over ? written(over) : '-',
        isLeft ?? false,
        parent ?? '-',
        comment ?? '-',
      ]),
      [
        ['for of', '{ id } of a', '{ id: id }', 'a', false, '-', '-'],
        ['for await', 'x of b', 'x', 'b', true, 0, '-'],
        ['for', 'i < n; i += 100', '-', '-', false, '-', 'one page after the other'],
        ['while', 'true', '-', '-', true, '-', '-'],
        ['do', 'await more()', '-', '-', false, '-', '-'],
        ['for in', 'k in o', 'k', 'o', false, '-', '-'],
      ],
    );
  });

  it('have its declared types', async () => {
    const { types } = await factsOf(
      `export interface A<T> extends B { db: Knex } type C = D<E>; declare module 'x' { interface F { g: string } }`,
    );
    assert.deepEqual(
      types?.map(({ name, module }) => [name, module]),
      [
        ['A', undefined],
        ['C', undefined],
        ['F', 'x'],
      ],
    );
  });

  it('are JSON', async () => {
    const facts: FileFacts = await factsOf(
      `class A { b = () => this; } const c = { d: () => c }; c.e = c; function f(x = c) { return f(f); }`,
    );
    assert.deepEqual(JSON.parse(JSON.stringify(facts)).functions.length, facts.functions.length);
  });
});
