import assert from 'node:assert/strict';
import { calledFunctions, type FunctionFacts, withoutLiterals } from '../../../src/database/trust/function-catalog';
import { mayPlan, mayRun } from '../../../src/database/trust/function-trust';

const plain: FunctionFacts = {
  oid: 1,
  schema: 'public',
  name: 'f',
  volatility: 'stable',
  language: 'sql',
  isTrustedLanguage: true,
  extension: null,
  isVisible: true,
  body: '',
  signature: '',
};

describe('the functions that a text calls', () => {
  it('are found with their schema, quoted or not', () => {
    assert.deepEqual(calledFunctions('(lower((p.title)::text) = app."We""ird" (1)) AND "now"()'), [
      { name: 'lower' },
      { schema: 'app', name: 'We"ird' },
      { name: 'now' },
    ]);
  });

  it('do not stand in strings and comments', () => {
    const text = "a('x(' || E'it\\'s y(' || $q$ z( $q$) -- b(\n /* c( */";
    assert.deepEqual(calledFunctions(text), [{ name: 'a' }]);
    assert.equal(withoutLiterals("'it''s'").trim(), '');
  });

  it('sees calls between quoted names that hold quotes', () => {
    assert.deepEqual(calledFunctions(`"o'x".id, touch(), "o'x".id`), [{ name: 'touch' }]);
    assert.deepEqual(calledFunctions('a$$, touch(), b$$'), [{ name: 'touch' }]);
  });

  it('sees calls behind comments, in slices, with Unicode escapes and after a literal that does not end', () => {
    assert.deepEqual(calledFunctions('touch /* ( */ ()'), [{ name: 'touch' }]);
    assert.deepEqual(calledFunctions('a[1:touch()]'), [{ name: 'touch' }]);
    assert.deepEqual(calledFunctions('U&"t\\006fuch"()'), [{ name: 'touch' }]);
    assert.deepEqual(calledFunctions("'it touch()"), [{ name: 'touch' }]);
  });

  it('takes an attribute for a call where it may be one', () => {
    assert.deepEqual(calledFunctions('(OLD).visited', { attributes: true }), [{ name: 'visited' }]);
  });
});

describe('a function may run', () => {
  const allowed = (changes: Partial<FunctionFacts>) => mayRun({ ...plain, ...changes }).ok;

  it('when it only reads', () => {
    assert.equal(allowed({}), true);
    assert.equal(allowed({ schema: 'pg_catalog', name: 'lower', volatility: 'immutable', language: 'internal' }), true);
    assert.equal(allowed({ schema: 'pg_catalog', name: 'random', volatility: 'volatile', language: 'internal' }), true);
    assert.equal(allowed({ name: 'similarity', language: 'c', isTrustedLanguage: false, extension: 'pg_trgm' }), true);
  });

  it('but not when it is volatile, reaches outside or runs text', () => {
    assert.equal(allowed({ volatility: 'volatile' }), false);
    assert.equal(allowed({ name: 'random', volatility: 'volatile' }), false, 'a user’s own random()');
    assert.equal(allowed({ schema: 'pg_catalog', name: 'pg_future', volatility: 'volatile' }), false);
    assert.equal(allowed({ schema: 'pg_catalog', name: 'table_to_xml', language: 'internal' }), false);
    assert.equal(
      allowed({ name: 'dblink_get_pkey', language: 'c', isTrustedLanguage: false, extension: 'dblink' }),
      false,
    );
    assert.equal(allowed({ language: 'plpython3u', isTrustedLanguage: false }), false);
    assert.equal(mayPlan({ ...plain, language: 'c', isTrustedLanguage: false }).ok, false);
  });
});
