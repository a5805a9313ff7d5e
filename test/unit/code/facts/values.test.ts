import assert from 'node:assert/strict';
import { callOf, factsOf, factsOfBody, variantsIn, written } from './written-facts';

/** The last call of `find` in a function with this body. */
async function find(body: string): Promise<string> {
  const { functions } = await factsOf(`async function f(a, b, c) {\n${body}\n}`);
  return written(callOf({ uses: functions.flatMap(({ uses }) => uses) }, 'find'));
}

describe('What a call is given', () => {
  describe('by names', () => {
    it('of constants, parameters and literals', async () => {
      assert.equal(
        await find(
          `const size = 20; const name = 'x'; const open = a; P.find({ size, name, open, b, n: -1, t: true, u: undefined })`,
        ),
        "P.find({ size: 20, name: 'x', open: open, b: b, n: -1, t: true, u: undefined })",
      );
    });

    it('of the file’s constants and enums', async () => {
      const facts = await factsOf(
        `enum Status { published = 'published', n = 3, m } const page = { size: 20 } as const;
         function f() { return P.find({ a: Status.published, m: Status.m, size: page.size, b: page['size'], c: Status.other }); }`,
      );
      assert.equal(
        written(callOf(facts.functions[1] ?? { uses: [] }, 'find')),
        "P.find({ a: 'published', m: 4, size: 20, b: 20, c: Status.other })",
      );
    });

    it('that are set again stand for what they are at the call', async () => {
      assert.equal(await find(`let x = 1; P.first(x); x = 2; P.find(x); x = 3;`), 'P.find(2)');
      assert.equal(await find(`let x = 1; function other() { x = 2; } P.find(x);`), 'P.find(x)');
    });

    it('of another scope are others', async () => {
      assert.equal(await find(`const x = 1; if (a) { const x = 2; use(x); } P.find(x);`), 'P.find(1)');
      assert.equal(await find(`const x = 1; b.map((x) => P.find(x));`), 'P.find(x)');
    });

    it('of rows are left: a row is not its query', async () => {
      assert.equal(
        await find(`let row; if (a) row = await knex('x').where(1); return P.find(row.id)`),
        'P.find(row.id)',
      );
      assert.equal(
        await find(`const row = await P.one({ a }); const id = row.id; return P.find(row.id, id);`),
        'P.find(row.id, id)',
      );
    });
  });

  it('without casts, parentheses, non-null marks and await', async () => {
    assert.equal(
      await find(
        `const r = (await (<any>P)!.find<Post>((({ a: b! } satisfies X) as Y)))!.rows;`.replace('<any>P', 'P as any') +
          ' P.find<A, B<C>>(a?.b?.[0])',
      ),
      'P.find<A, B<C>>(a.b.0)',
    );
  });

  it('by texts that are put together', async () => {
    assert.equal(
      await find("P.find('a' + 'b', '%' + a + '%', `x ${1} ${`y ${b}`}`, a + b, 1 + 2)"),
      "P.find('ab', `%${a}%`, `x 1 y ${b}`, <a + b>, 3)",
    );
    assert.equal(
      await find("let text = 'select'; if (a) text += ' 1'; else text += ' 2'; P.find(text)"),
      "P.find('select 1' @0 | 'select 2' @1)",
    );
  });

  it('by what only the run time knows', async () => {
    assert.equal(
      await find(`P.find(a * 10, !a, a > b, /x/, typeof a, a ?? 10, new Date(), () => a)`),
      'P.find(<a * 10: number>, <!a: boolean>, <a > b: boolean>, </x/: regexp>, <typeof a: string>, <a ?? 10: number>, new Date(), () => { return a })',
    );
  });

  describe('by objects', () => {
    it('that are spread', async () => {
      assert.equal(
        await find(`const base = { a }; P.find({ ...base, ...(b && { b }), ...(c ? { c } : {}), ...null, d: 1 })`),
        'P.find({ a: a, b: b @0, c: c @0, d: 1 })',
      );
      assert.equal(await find(`P.find({ a, ...b })`), 'P.find({ a: a, … })');
    });

    it('with computed keys', async () => {
      assert.equal(
        await find(`const key = 'k'; P.find({ [Op.in]: [a], [key]: 1, ['x' + 'y']: 2 })`),
        'P.find({ [Op.in]: [a], k: 1, xy: 2 })',
      );
    });

    it('that statements fill', async () => {
      assert.equal(
        await find(
          `const where: any = { a }; const options = { where }; where.b = b; options.limit = 1; where[Op.or] = [c]; P.find(options)`,
        ),
        'P.find({ where: { a: a, b: b, [Op.or]: [c] }, limit: 1 })',
      );
      assert.equal(
        await find(`let where = { a }; if (b) where = { ...where, b }; P.find({ where })`),
        'P.find({ where: { a: a, b: b @0 } })',
      );
      assert.equal(
        await find(`const where = { a, b }; delete where.b; P.find(where)`),
        'P.find({ a: a, b: b, b: undefined })',
      );
      assert.equal(
        await find(`const where = {}; Object.assign(where, { a }, b ? { b } : null); P.find(where)`),
        'P.find({ a: a, b: b @0 })',
      );
      assert.equal(
        await find(`const where = Object.assign({}, { a }, { b }); P.find(where)`),
        'P.find({ a: a, b: b })',
      );
      assert.equal(
        await find(`const where = { x: {} }; where.x.y = a; a && (where.z = 1); P.find(where)`),
        'P.find({ x: { y: a }, z: 1 @0 })',
      );
    });

    it('that nobody can know are open', async () => {
      assert.equal(await find(`const where = { a }; where[b] = c; P.find(where)`), 'P.find({ a: a, … })');
      assert.equal(
        await find(`const where = { a }; for (const k of b) where[k.name] = 1; P.find(where)`),
        'P.find({ a: a, … })',
      );
      assert.equal(
        await find(`const where = { a }; b.forEach((k) => { where[k] = 1; }); P.find(where)`),
        'P.find({ a: a, … })',
      );
      assert.equal(await find(`const where = { a }; addTenant(where); P.find(where)`), 'P.find({ a: a, … })');
      assert.equal(
        await find(`const where = { a }; await this.tenants.applyTo(where); P.find(where)`),
        'P.find({ a: a, … })',
      );
      assert.equal(await find(`const where = { a }; console.log(where); P.find(where)`), 'P.find({ a: a })');
    });

    it('that other functions fill are open where their name is followed', async () => {
      for (const body of [
        'const where = { a }; const add = (x) => { where.x = x; }; add(1); P.find({ where })',
        'const where = [a]; const add = (x) => where.push(x); add(1); P.find({ where })',
        'const where = b || {}; where.x = 1; P.find({ where })',
      ]) {
        const { bindings } = await factsOfBody(body);
        assert.match(
          written(bindings[0]?.value ?? { kind: 'literal', value: null, range: { start: 0, end: 0 } }),
          /…/,
          body,
        );
      }
    });

    it('of two kinds are one that may be filled', async () => {
      assert.equal(
        await find(`const where = a ? { a } : { b }; where.c = c; P.find(where)`),
        'P.find({ a: a @0, b: b @1, c: c })',
      );
    });

    it('at an early return only with what the way there does', async () => {
      const body = `const where = { a }; if (b) { where.b = b; return P.one({ where }); } if (!c) return; where.c = c; P.find({ where })`;
      const facts = await factsOfBody(body);
      assert.equal(written(callOf(facts, 'one')), 'P.one({ where: { a: a, b: b } })');
      assert.equal(written(callOf(facts, 'find')), 'P.find({ where: { a: a, c: c } })');
    });
  });

  describe('by lists', () => {
    it('that statements and callbacks fill', async () => {
      assert.equal(
        await find(`const list = [a]; list.push(b, c); if (a) list.unshift(0); P.find(list)`),
        'P.find([0 @0, a @0, b @0, c @0, a @1, b @1, c @1])',
      );
      assert.equal(
        await find(`const list = []; if (a) list.push(eq(x, a)); P.find(and(...list))`),
        'P.find(and(...[eq(x, a) @0]))',
      );
      assert.equal(await find(`const list = [a]; for (const x of b) list.push(x); P.find(list)`), 'P.find([a, …])');
      assert.equal(
        await find(`const list = []; b.forEach((x) => list.push(x)); P.find(and(...list))`),
        'P.find(and([…]))',
      );
      assert.equal(
        await find(`const options = { include: [] }; if (a) options.include.push('author'); P.find(options)`),
        "P.find({ include: ['author' @0] })",
      );
    });

    it('of which what is not there is taken out', async () => {
      for (const test of ['Boolean', '(x) => x !== undefined', '(x) => !!x', '(x): x is SQL => Boolean(x)']) {
        assert.equal(
          await find(`P.find([a ? x1 : undefined, b && x2, null, x3].filter(${test}))`),
          'P.find([x1 @0, x2 @0, x3])',
          test,
        );
      }
    });

    it('that are put together', async () => {
      assert.equal(
        await find(`const ids = [1, 2]; P.find([...ids, ...b, 3], ids.concat(4))`),
        'P.find([1, 2, 3, …], [1, 2, 4])',
      );
    });
  });

  describe('by a builder', () => {
    it('that is added to by statements and assignments', async () => {
      assert.equal(
        await find(`const q = knex('posts').where('a', a); if (b) q.where('b', b); q.limit(1); return q.find()`),
        "knex('posts').where('a', a).where('b', b) @0.limit(1).find()",
      );
      assert.equal(
        await find(`let q = db.selectFrom('posts'); if (b) q = q.where('b', '=', b); return q.find()`),
        "db.selectFrom('posts').where('b', '=', b) @0.find()",
      );
      assert.equal(
        await find(`const q = this.repo.createQueryBuilder('p'); a ? q.andWhere(a) : q.limit(1); q.find()`),
        "this.repo.createQueryBuilder('p').andWhere(a) @0.limit(1) @1.find()",
      );
      assert.equal(await find(`const q = P.query(); a && q.where(a); return q.find()`), 'P.query().where(a) @0.find()');
    });

    it('in a loop grows without end', async () => {
      assert.equal(
        await find(`let q = knex('posts').select(); for (const f of b) q = q.where(f, 1); q.find()`),
        "knex('posts').select().find()…",
      );
      assert.equal(
        await find(`const q = knex('posts').select(); b.forEach((f) => q.where(f, 1)); q.find()`),
        "knex('posts').select().find()…",
      );
    });

    it('in callbacks, with their own decisions', async () => {
      assert.equal(
        await find(`P.find((q) => { q.where('a', a); if (b) q.orWhere('b', b); })`),
        "P.find((q) => { q.where('a', a); q.orWhere('b', b) @0 })",
      );
    });

    it('of two kinds is a choice', async () => {
      assert.equal(
        await find(`const q = a ? db('x').where(1) : db('y').where(2); q.find()`),
        "(db('x').where(1) @0 | db('y').where(2) @1).find()",
      );
      assert.deepEqual(await variantsIn(`const q = a ? db('x').where(1) : db('y').where(2); q.find()`), [
        "db('x').where(1).find()",
        "db('y').where(2).find()",
      ]);
    });

    it('is not what has such a method by chance', async () => {
      assert.equal(await find(`const app = express(); app.use(a); app.get(b); app.find()`), 'app.find()');
      assert.equal(await find(`const m = getCache(); m.set(a, b); m.find()`), 'm.find()');
    });

    it('says that the uses before it go on', async () => {
      const { uses } = await factsOfBody(`const q = knex('posts').where(a); if (b) q.limit(1); await q;`);
      assert.deepEqual(
        uses.map(({ chain, isContinued, isAwaited }) => [written(chain), isContinued ?? false, isAwaited ?? false]),
        [
          ["knex('posts').where(a)", true, false],
          ["knex('posts').where(a).limit(1)", true, false],
          ["knex('posts').where(a).limit(1) @0", false, true],
        ],
      );
    });
  });

  it('never names itself', async () => {
    const facts = await factsOf(
      `const service = { async list() { return find(service); }, again: () => service }; export default service;`,
    );
    assert.doesNotThrow(() => JSON.stringify(facts));
  });
});
