import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ruleCatalog } from '../../../src/report/rule-catalog';

describe('rule pages', () => {
  for (const { id, title, reference } of ruleCatalog) {
    it(`docs/rules/${id}.md tells what it means, when to ignore it, and a source`, () => {
      const file = `docs/rules/${id}.md`;
      assert.ok(existsSync(file), `${file} is missing`);
      const page = readFileSync(file, 'utf8');
      assert.equal(page.split('\n')[0], `# ${id}: ${title}`);
      assert.match(page, /^## When to ignore it$/m);
      assert.match(page, /^## Sources\n\n- \[.+\]\(https:\/\/.+\)$/m);
      assert.match(reference, /^https:\/\//);
    });
  }

  it('there is no page without a rule, and no rule twice', () => {
    const pages = readdirSync('docs/rules').map((file) => file.replace(/\.md$/, ''));
    assert.deepEqual(pages.sort(), ruleCatalog.map(({ id }) => id).sort());
    assert.equal(new Set(pages).size, ruleCatalog.length);
  });
});
