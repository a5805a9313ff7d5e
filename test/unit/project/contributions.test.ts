import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { languageIds } from '../../../src/editor/languages';

const root = new URL('../../../', import.meta.url);
const { contributes, capabilities, activationEvents } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const commandIds: string[] = contributes.commands.map(({ command }: { command: string }) => command);

/** All that package.json asks in a `when` or an `enablement`. */
const conditions: string[] = [
  ...contributes.commands.map(({ enablement }: { enablement?: string }) => enablement ?? ''),
  ...Object.values<{ when?: string }[]>(contributes.menus).flatMap((items) => items.map(({ when }) => when ?? '')),
];

describe('What package.json contributes', () => {
  it('names in its menus only commands that there are', () => {
    for (const items of Object.values<{ command: string }[]>(contributes.menus)) {
      for (const { command } of items) assert.ok(commandIds.includes(command), command);
    }
  });

  it('asks only for context keys that VS Code or the extension sets', () => {
    const ofVsCode = new Set(['editorLangId', 'editorHasSelection', 'view', 'viewItem', 'false']);
    const folder = new URL('src/editor/', root);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const sources = names.map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const own = new Set(
      sources.flatMap((text) => [...text.matchAll(/'setContext', '([\w.]+)'/g)].map(([, key]) => key)),
    );
    const asked = new Set(
      conditions.flatMap((when) => when.replace(/(?:==|=~) \S+|\bin\b/g, '').match(/\b[a-z][\w.]*/gi) ?? []),
    );
    assert.ok(asked.size >= 3);
    for (const key of asked) assert.ok(ofVsCode.has(key) || own.has(key), key);
  });

  it('offers its commands in each language that activates it, and those about one query for a selection anywhere', () => {
    const languages = (activationEvents as string[]).flatMap((event) => event.match(/^onLanguage:(.*)$/)?.[1] ?? []);
    assert.deepEqual(languages, languageIds);
    const ofLanguages = conditions.filter((condition) => condition.includes('editorLangId'));
    assert.ok(ofLanguages.length >= 5);
    for (const when of ofLanguages) assert.match(when, /editorLangId in planlight\.languages/);
    for (const { command, enablement } of contributes.commands) {
      if (!/explain(Analyze)?Query|openPlan/.test(command)) continue;
      assert.match(enablement, /\|\| editorHasSelection$/, command);
    }
  });

  it('has a walkthrough of at most four steps, whose links, events and media are there', () => {
    for (const { steps } of contributes.walkthroughs) {
      assert.ok(steps.length >= 1 && steps.length <= 4);
      for (const { id, description, media, completionEvents = [] } of steps) {
        const links = [...description.matchAll(/\]\(command:([\w.]+)\)/g)].map(([, command]) => command);
        const events = completionEvents.map((event: string) => event.match(/^onCommand:(.*)$/)?.[1] ?? event);
        for (const command of [...links, ...events]) assert.ok(commandIds.includes(command), `${id}: ${command}`);
        assert.ok(existsSync(new URL(media.markdown, root)), `${id}: ${media.markdown}`);
        const text = readFileSync(new URL(media.markdown, root), 'utf8');
        for (const [, title = ''] of text.matchAll(/Planlight: ([A-Z][\w ]*\w)/g)) {
          const titles = contributes.commands.map((one: { title: string }) => one.title);
          assert.ok(titles.includes(title), `${id}: ${title}`);
        }
      }
    }
  });

  it('says that restricted and virtual workspaces get text only', () => {
    for (const { supported, description } of [capabilities.untrustedWorkspaces, capabilities.virtualWorkspaces]) {
      assert.equal(supported, 'limited');
      assert.match(description, /reads the text of the queries and connects to no database\.$/);
    }
  });
});
