import assert from 'node:assert/strict';
import { bindPlaceholders, findPlaceholders } from '../../../src/sql/placeholders';
import { MappedText } from '../../../src/sql/source-map';

function bind(text: string) {
  return bindPlaceholders(MappedText.verbatim(text, 100), findPlaceholders(text));
}

describe('placeholders', () => {
  const cases: [string, string][] = [
    ['SELECT $1, $2::int', 'SELECT $1, $2::int'],
    ['WHERE a = :author AND b = :author AND c = $1', 'WHERE a = $2 AND b = $2 AND c = $1'],
    ['SELECT x::text, a[1:2], a[1:n]', 'SELECT x::text, a[1:2], a[1:n]'],
    ["WHERE a=? AND b LIKE ?||'%' LIMIT ?", "WHERE a=$1 AND b LIKE $2||'%' LIMIT $3"],
    ["WHERE a ? 'x' AND b ?| array['y'] AND c ?& $1", "WHERE a ? 'x' AND b ?| array['y'] AND c ?& $1"],
    ['WHERE a ? ?', 'WHERE a ? $1'],
    ["WHERE a @? '$.x ? (@ > 1)' AND b = ?", "WHERE a @? '$.x ? (@ > 1)' AND b = $1"],
    ['WHERE a = %s AND b = %(b)s AND c % 5 = 1', 'WHERE a = $1 AND b = $2 AND c % 5 = 1'],
    ["WHERE a LIKE '%s:x?' -- :y ?", "WHERE a LIKE '%s:x?' -- :y ?"],
    ['VALUES ($(a), ${b}, $<c>, $/d/)', 'VALUES ($1, $2, $3, $4)'],
    ['SELECT :\'a\', :b FROM :"t"', 'SELECT $1, $2 FROM $3'],
    ['x=?OR y', 'x=$1 OR y'],
    ['f(a := 1, b => ?)', 'f(a := 1, b => $1)'],
  ];
  for (const [text, bound] of cases) {
    it(`${text} → ${bound}`, () => assert.equal(bind(text).text.text, bound));
  }

  it('says what stood there, where, and whether a driver sends it', () => {
    assert.deepEqual(bind('SELECT ?? FROM a WHERE b = :b').parameters, [
      { index: 1, source: '??', range: { start: 107, end: 109 }, kind: 'spliced' },
      { index: 2, source: ':b', range: { start: 127, end: 129 }, kind: 'value' },
    ]);
  });

  it('maps what follows a placeholder back to its place', () => {
    const { text } = bind('WHERE a = :author AND b = c');
    const start = text.text.indexOf('b = c');
    assert.deepEqual(text.rangeToDocument({ start, end: start + 5 }), { start: 122, end: 127 });
    assert.deepEqual(text.rangeToDocument({ start: 10, end: 12 }), { start: 110, end: 117 });
  });
});

describe('MappedText', () => {
  it('maps an escape as a whole, and a range up to a gap no further than the gap', () => {
    const text = MappedText.concat([
      MappedText.verbatim('ab', 1),
      MappedText.standingFor('\n', { start: 3, end: 5 }),
      MappedText.verbatim('cd', 5),
      MappedText.verbatim('ef', 20),
    ]);
    assert.equal(text.text, 'ab\ncdef');
    assert.deepEqual(text.rangeToDocument({ start: 2, end: 3 }), { start: 3, end: 5 });
    assert.deepEqual(text.rangeToDocument({ start: 3, end: 5 }), { start: 5, end: 7 });
    assert.deepEqual(text.slice(4, 7).rangeToDocument({ start: 0, end: 2 }), { start: 6, end: 21 });
    assert.equal(text.toDocument(7), 22);
  });
});
