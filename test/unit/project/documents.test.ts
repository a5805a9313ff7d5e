import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { withSettings } from '../../../scripts/lib/settings-table.mjs';
import { checks } from '../../../src/guide/checks';
import { planRules } from '../../../src/rules/plan-rules';
import { textRules } from '../../../src/rules/text-rules';

const root = new URL('../../../', import.meta.url);

/** As it is linked to: `Before and after` → `before-and-after` */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** The rows of the index that are about a point: its first names it, those that follow begin with an empty cell. */
function rowsOf(index: string, point: string): string {
  const rows = index.split('\n');
  const first = rows.findIndex((row) => row.startsWith('| ') && row.includes(`](${point}.md)`));
  const end = rows.findIndex((row, at) => at > first && !row.startsWith('| |'));
  return rows.slice(first, end).join('\n');
}
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('The documents', () => {
  it('agree with package.json on the settings (npm run settings)', () => {
    assert.equal(withSettings(read('README.md'), manifest), read('README.md'));
  });

  it('link to files that are there', () => {
    const guide = readdirSync(new URL('docs/guide/', root)).map((name) => `docs/guide/${name}`);
    for (const name of ['README.md', 'CONTRIBUTING.md', 'docs/design.md', 'docs/health.md', ...guide]) {
      for (const [, target = '', heading] of read(name).matchAll(/\]\((?!https?:)([^)#]+)(?:#([^)]+))?/g)) {
        const file = new URL(target, new URL(name, root));
        assert.ok(existsSync(file), `${name}: ${target}`);
        if (heading === undefined) continue;
        const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text));
        assert.ok(headings.includes(heading), `${name}: ${target}#${heading}`);
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

  it('have a page for each point of the checklist, on which its checks are told, as in the index of the guide', () => {
    const index = read('docs/guide/README.md');
    for (const { id, point } of checks) {
      const name = id.slice(id.indexOf('/') + 1);
      assert.ok(index.includes(`](${point}.md)`), point);
      assert.match(rowsOf(index, point), new RegExp(`\`${name}\``), id);
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
