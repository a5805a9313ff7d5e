import assert from 'node:assert/strict';
import { fullestOf, variantsOf } from '../../../../src/code/facts/variants';
import { callOf, factsOfBody, variantsIn, written } from './written-facts';

describe('The variants of a chain', () => {
  it('are the chain itself where nothing is decided', async () => {
    const chain = callOf(await factsOfBody('P.find({ a })'), 'find');
    assert.deepEqual(variantsOf(chain), { variants: [chain], combinations: 1 });
  });

  it('begin with the fullest, then the barest, then each part alone', async () => {
    assert.deepEqual(await variantsIn(`P.find({ ...(a && { a }), ...(b && { b }), ...(c && { c }) })`), [
      'P.find({ a: a, b: b, c: c })',
      'P.find({})',
      'P.find({ a: a })',
      'P.find({ b: b })',
      'P.find({ c: c })',
      'P.find({ b: b, c: c })',
      'P.find({ a: a, c: c })',
      'P.find({ a: a, b: b })',
    ]);
  });

  it('are at most as many as wanted, and say how many there are', async () => {
    const optional = Array.from({ length: 10 }, (_, i) => `if (a.x${i}) where.x${i} = 1;`).join('\n');
    const chain = callOf(await factsOfBody(`const where = {}; ${optional} P.find({ where })`), 'find');
    const { variants, combinations } = variantsOf(chain, 8);
    assert.equal(variants.length, 8);
    assert.equal(combinations, 1024);
  });

  it('take the arms of one decision together', async () => {
    assert.deepEqual(
      await variantsIn(
        `P.find({ where: a ? { x: 1 } : {}, limit: a ? 1 : undefined, ...(a && { z: 1 }), ...(!a && { n: 0 }) })`,
      ),
      ['P.find({ where: { x: 1 }, limit: 1, z: 1 })', 'P.find({ where: {}, limit: undefined, n: 0 })'],
    );
  });

  it('take the arms of conditions that say the same together', async () => {
    for (const test of ['a !== undefined', "typeof a === 'string'", 'a.length > 0', 'a && b', '!a?.x']) {
      const body = `const w = {}; if (${test}) w.one = 1; c(); if (${test}) w.two = 2; P.find(w)`;
      assert.equal((await variantsIn(body)).length, 2, test);
    }
    assert.equal((await variantsIn(`const w = {}; if (a()) w.one = 1; if (a()) w.two = 2; P.find(w)`)).length, 4);
  });

  it('ask the same condition again when its name is set between', async () => {
    assert.equal(
      (await variantsIn(`let x = a; const w = {}; if (x) w.one = 1; x = b; if (x) w.two = 2; P.find(w)`)).length,
      4,
    );
  });

  it('have inner decisions only where the outer one is taken', async () => {
    assert.deepEqual(await variantsIn(`const w = {}; if (a) { w.a = a; if (b) w.b = b; } P.find(w)`), [
      'P.find({ a: a, b: b })',
      'P.find({})',
      'P.find({ a: a })',
    ]);
  });

  it('of else-if and switch are one for each arm', async () => {
    assert.deepEqual(await variantsIn(`const w = {}; if (a) w.a = a; else if (b) w.b = b; else w.c = c; P.find(w)`), [
      'P.find({ a: a })',
      'P.find({ c: c })',
      'P.find({ b: b })',
    ]);
    assert.deepEqual(
      await variantsIn(
        `const w = {}; switch (a) { case 1: w.a = 1; break; case 2: case 3: w.b = 2; break; default: throw x; } P.find(w)`,
      ),
      ['P.find({ a: 1 })', 'P.find({ b: 2 })'],
    );
  });

  it('write out spread arguments', async () => {
    assert.deepEqual(await variantsIn(`const l = [eq(x, 1)]; if (a) l.push(eq(y, a)); P.find(and(...l))`), [
      'P.find(and(eq(x, 1), eq(y, a)))',
      'P.find(and(eq(x, 1)))',
    ]);
  });

  it('are open only where something unknown is spread or added', async () => {
    assert.deepEqual(await variantsIn(`P.find({ a, ...(b && c) })`), ['P.find({ a: a, … })', 'P.find({ a: a })']);
    assert.deepEqual(await variantsIn(`const w = { a }; if (b) w[c] = 1; P.find(w)`), [
      'P.find({ a: a, … })',
      'P.find({ a: a })',
    ]);
    assert.deepEqual(await variantsIn(`const w = { a, ...(b ? c : {}) }; w[c] = 1; P.find(w)`), [
      'P.find({ a: a, … })',
      'P.find({ a: a, … })',
    ]);
    assert.deepEqual(await variantsIn(`const l = [a]; if (b) l.push(...c); P.find([...l])`), [
      'P.find([a, …])',
      'P.find([a])',
    ]);
  });

  it('have one key or the other', async () => {
    assert.deepEqual(await variantsIn(`P.find({ [a ? 'OR' : 'AND']: [b] })`), [
      'P.find({ OR: [b] })',
      'P.find({ AND: [b] })',
    ]);
  });

  it('settle what callbacks say', async () => {
    assert.deepEqual(await variantsIn(`P.find((q) => { q.x(1); if (a) q.y(a); })`), [
      'P.find((q) => { q.x(1); q.y(a) })',
      'P.find((q) => { q.x(1) })',
    ]);
  });

  it('leave out what comes after a value that is there in any case', async () => {
    assert.deepEqual(await variantsIn(`P.find({ where: { a } || b, x: 'y' ?? c })`), [
      "P.find({ where: { a: a }, x: 'y' })",
    ]);
  });

  it('are first those that make other SQL, then those with another value', async () => {
    assert.deepEqual(await variantsIn(`P.find({ from: a.from || '', ...(b && { b }) })`, 'find', 3), [
      'P.find({ from: a.from, b: b })',
      "P.find({ from: '' })",
      "P.find({ from: '', b: b })",
    ]);
  });

  it('give a value at its fullest', async () => {
    const chain = callOf(await factsOfBody('P.find({ ...(a && { a }), b })'), 'find');
    const value = chain.links[0]?.arguments?.[0];
    assert.ok(value);
    assert.equal(written(fullestOf(value)), '{ a: a, b: b }');
  });
});
