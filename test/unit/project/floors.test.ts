import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

/** From the ground up; DESIGN.md shows the same picture. */
const floors = [
  ['nouns'],
  ['sql', 'plan'],
  ['code'],
  ['database'],
  ['rules', 'fixes', 'advisor', 'guide'],
  ['analysis'],
  ['editor', 'report'],
];

describe('The floors rule of biome.json', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'planlight-floors-'));
    const configuration = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    // The copy lies outside the repository.
    configuration.vcs.enabled = false;
    delete configuration.$schema;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(configuration));
    for (const plugin of configuration.plugins) {
      mkdirSync(dirname(join(folder, plugin)), { recursive: true });
      cpSync(join(root, plugin), join(folder, plugin));
    }
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the lint step says of a project with these files. */
  function lint(files: Record<string, string>): { code: number | null; output: string } {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [biome, 'ci', '--colors=off', '--max-diagnostics=none', 'src'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    return { code: status, output: stdout + stderr };
  }

  function restrictedLines(output: string): string[] {
    return [...output.matchAll(/^(src\/\S+?):\d+:\d+ (?:lint\/style\/noRestrictedImports|plugin)/gm)].map(
      (match) => match[1] ?? '',
    );
  }

  it('fails the lint step when a rule imports the analysis above it', () => {
    const { code, output } = lint({ 'src/rules/wrong.ts': "export { Analyzer } from '../analysis/analyzer';\n" });
    assert.notEqual(code, 0);
    assert.match(output, /src\/rules is on floor 4: it imports only from the floors below/);
  });

  it('passes an import from a floor below', () => {
    const { code, output } = lint({ 'src/rules/right.ts': "export { planNodes } from '../plan/walk-plan';\n" });
    assert.equal(code, 0, output);
  });

  it('stops every import that does not go down, from every room to every other, at any depth', () => {
    const files: Record<string, string> = {};
    const wrong: string[] = [];
    for (const [floor, rooms] of floors.entries()) {
      for (const room of rooms) {
        for (const [otherFloor, others] of floors.entries()) {
          for (const other of others.filter((name) => name !== room)) {
            for (const [path, up] of [
              [`src/${room}/to-${other}.ts`, '..'],
              [`src/${room}/deep/to-${other}.ts`, '../..'],
            ] as const) {
              files[path] = `export { thing } from '${up}/${other}/thing';\n`;
              if (otherFloor >= floor) wrong.push(path);
            }
          }
        }
      }
    }
    assert.deepEqual(restrictedLines(lint(files).output).sort(), wrong.sort());
  });

  it('sees type imports, dynamic imports and import types', () => {
    const forms: Record<string, string> = {
      'src/sql/type.ts': "export type { Gate } from '../database/gate';\n",
      'src/sql/dynamic.ts': "export const gate = import('../database/gate');\n",
      'src/sql/import-type.ts': "export type Gate = import('../database/gate').Gate;\n",
      'src/sql/from-above.ts': "export { Gate } from '../../src/database/gate';\n",
    };
    assert.deepEqual(restrictedLines(lint(forms).output).sort(), Object.keys(forms).sort());
  });

  it('lets only src/editor and src/extension.ts import vscode', () => {
    const files = Object.fromEntries(
      [
        'src/analysis/x.ts',
        'src/report/x.ts',
        'src/webview/x.ts',
        'src/cli.ts',
        'src/editor/x.ts',
        'src/extension.ts',
      ].map((path) => [path, "export { Uri } from 'vscode';\n"]),
    );
    assert.deepEqual(restrictedLines(lint(files).output).sort(), [
      'src/analysis/x.ts',
      'src/cli.ts',
      'src/report/x.ts',
      'src/webview/x.ts',
    ]);
  });

  it('lets only src/database import pg and PGlite, even for their types', () => {
    const text = "export type { Client } from 'pg';\nexport type { PGlite } from '@electric-sql/pglite';\n";
    const files = Object.fromEntries(
      [
        'src/analysis/x.ts',
        'src/advisor/x.ts',
        'src/editor/x.ts',
        'src/cli.ts',
        'src/extension.ts',
        'src/database/x.ts',
      ].map((path) => [path, text]),
    );
    const found = restrictedLines(lint(files).output);
    assert.equal(found.length, 10);
    assert.ok(!found.includes('src/database/x.ts'));
  });

  it('lets src/webview share messages with src/editor, draw charts as the report does, and nothing else', () => {
    const files = {
      'src/editor/messages.ts': "export type { PlanMessage } from '../webview/messages';\n",
      'src/editor/other.ts': "export { draw } from '../webview/plan/main';\n",
      'src/webview/plan/nouns.ts': "export type { Plan } from '../../nouns/plan';\n",
      'src/webview/plan/other.ts': "export { verdict } from '../../plan/verdict';\n",
      'src/webview/plan/draw.ts': "export { drawChart } from '../../guide/live/drawing/geometry';\n",
      'src/webview/plan/judge.ts': "export { valuesOf } from '../../guide/live/charts';\n",
    };
    assert.deepEqual(restrictedLines(lint(files).output).sort(), [
      'src/editor/other.ts',
      'src/webview/plan/judge.ts',
      'src/webview/plan/other.ts',
    ]);
  });

  it('knows every room of src/', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const known = new Set([...floors.flat(), 'webview', 'cli']);
    assert.deepEqual(
      rooms.map(({ name }) => name).filter((name) => !known.has(name)),
      [],
    );
  });
});
