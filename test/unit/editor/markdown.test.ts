import assert from 'node:assert/strict';
import { codeBlock, commandLink, plain } from '../../../src/editor/markdown';

describe('text in a hover', () => {
  it('cannot become a link, an image, HTML or an icon', () => {
    const text = '[x](command:evil) ![i](http://e) <img src=x> $(zap) `code` **b**';
    const shown = plain(text);
    assert.doesNotMatch(shown, /(^|[^\\])[[\]<`*$!(]/);
    assert.equal(shown.replaceAll('\\', ''), text);
  });

  it('stays in one paragraph', () => {
    assert.equal(plain('a\n\nb'), 'a b');
  });

  it('cannot leave its code block', () => {
    const block = codeBlock('x\n```\n[y](command:evil)\n````', 'sql');
    assert.match(block, /^`{5}sql\n/);
    assert.match(block, /\n`{5}$/);
  });

  it('carries a command’s argument as encoded JSON', () => {
    const link = commandLink('Explain', 'planlight.explainQuery', { uri: 'file:///a b)', offset: 3 }, 'Tip');
    const query = /command:planlight\.explainQuery\?([^ ]+) /.exec(link)?.[1] ?? '';
    assert.deepEqual(JSON.parse(decodeURIComponent(query)), [{ uri: 'file:///a b)', offset: 3 }]);
  });
});
