import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { withSettings } from '../../../scripts/lib/settings-table.mjs';
import { planRules } from '../../../src/rules/plan-rules';
import { textRules } from '../../../src/rules/text-rules';

const root = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('The documents', () => {
  it('agree with package.json on the settings (npm run settings)', () => {
    assert.equal(withSettings(read('README.md'), manifest), read('README.md'));
  });

  it('link to files that are there', () => {
    for (const name of ['README.md', 'CONTRIBUTING.md', 'docs/design.md']) {
      for (const [, target = ''] of read(name).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        assert.ok(existsSync(new URL(target, new URL(name, root))), `${name}: ${target}`);
      }
    }
  });

  it('name every command of package.json and every package that the project needs', () => {
    const contributing = read('CONTRIBUTING.md');
    for (const script of Object.keys(manifest.scripts).filter((name) => !['build', 'types', 'lint'].includes(name))) {
      assert.match(contributing, new RegExp(`npm (?:run )?${script}\\b`), script);
    }
    const design = read('docs/design.md');
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (!name.startsWith('@types/')) assert.ok(design.includes(`\`${name}\``), name);
    }
  });

  it('have a page for each rule, in one form', () => {
    const rules = [...textRules, ...planRules].map(({ id, title }) => ({ id, title }));
    const pages = readdirSync(new URL('docs/rules/', root));
    for (const { id } of rules) assert.ok(pages.includes(`${id}.md`), id);
    for (const page of pages) {
      const text = read(`docs/rules/${page}`);
      assert.match(text, new RegExp(`^# ${page.replace('.md', '')}: [A-Z]`), page);
      const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings.slice(-2), ['When to ignore it', 'Sources'], page);
    }
  });
});
