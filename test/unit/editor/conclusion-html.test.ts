import assert from 'node:assert/strict';
import { checkHtml } from '../../../src/editor/guide/check-html';

describe('The page of a diagnosis', () => {
  it('begins with the conclusion, its causes in order, and what is missing, none of it as markup', () => {
    const html = checkHtml({
      title: 'Connection pool exhausted',
      now: '2026-01-01T12:00:00Z',
      checks: [],
      conclusion: {
        says: 'The likeliest cause: <b>leaks</b>.',
        causes: [
          { check: 'connection-pool/leaks', says: 'First & worst.', advice: 'Mend it.', fixes: [] },
          { check: 'bottleneck/connections', says: 'Second.', advice: 'Look at it.', fixes: [] },
        ],
        missing: ['What others do is hidden.'],
      },
    });
    assert.match(html, /<h2>Conclusion<\/h2><p class="says">The likeliest cause: &lt;b&gt;leaks&lt;\/b&gt;\.<\/p>/);
    assert.match(html, /<ol><li>First &amp; worst\. Mend it\.<\/li><li>Second\. Look at it\.<\/li><\/ol>/);
    assert.match(html, /<p class="missing">What others do is hidden\.<\/p>/);
  });
});
