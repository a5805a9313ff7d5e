import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAll,
  diagnosticsOf,
  eventually,
  hoverAt,
  lensesOf,
  openFile,
  positionOf,
  workspaceUri,
} from '../support/editor-helpers';

const model = (table: string) => `import { DataTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
export const Item = sequelize.define('Item', { name: DataTypes.STRING }, { tableName: '${table}', timestamps: false });
Item.hasMany(Item, { as: 'children', foreignKey: 'parentId' });
Item.belongsTo(Item, { as: 'parent', foreignKey: 'parentId' });
`;

const service = `import { Item } from './item.js';

export const all = (name) => Item.findAll({ where: { name }, include: ['children', 'parent'] });
`;

describe('programs as they are met', () => {
  after(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(workspaceUri('src/met'), { recursive: true });
  });

  afterEach(closeAll);

  async function open(path: string, text: string): Promise<vscode.TextDocument> {
    await write(path, text);
    return openFile(`src/met/${path}`);
  }

  async function write(path: string, text: string): Promise<void> {
    await vscode.workspace.fs.writeFile(workspaceUri(`src/met/${path}`), Buffer.from(text));
  }

  it('may have models of one name in two folders, with associations in a circle: each call has its own', async () => {
    await write('shop/item.js', model('shop_items'));
    await write('menu/item.js', model('menu_items'));
    for (const name of ['shop', 'menu']) {
      const document = await open(`${name}/service.js`, service);
      const hover = await eventually(
        `the hover in ${name}`,
        () => hoverAt(document, positionOf(document, 'findAll')),
        30_000,
      );
      assert.match(hover, new RegExp(`FROM "${name}_items" AS "Item"`));
      assert.match(hover, new RegExp(`JOIN "${name}_items" AS "children"`));
    }
  });

  it('may be half typed: the calls before the cursor keep their lenses', async () => {
    await write('shop/item.js', model('shop_items'));
    const document = await open(
      'shop/typing.js',
      `${service}\nexport const some = (id) => Item.findAll({ where: { id, `,
    );
    const lenses = await eventually(
      'the lens',
      async () => {
        const found = await lensesOf(document);
        return found.length > 0 && found;
      },
      30_000,
    );
    assert.equal(lenses[0]?.range.start.line, 2);
  });

  it('may be a bundle in one line, which is left alone', async () => {
    const bundle = `(()=>{${'var a=require("x");a.query("SELECT 1 FROM posts");'.repeat(1_000)}})();\n`;
    const document = await open('bundle.min.js', bundle);
    const lenses = await eventually('the reason', async () => {
      const found = await lensesOf(document);
      return found.length > 0 && found;
    });
    assert.equal(lenses.length, 1);
    assert.match(lenses[0]?.command?.title ?? '', /left alone: it is minified/);
    assert.deepEqual(diagnosticsOf(document), []);
  });

  it('may have 50,000 lines', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) =>
      i === 40_000 ? `pool.query('SELECT id FROM posts');` : `a(${i});`,
    );
    const document = await open('long.js', lines.join('\n'));
    const lenses = await eventually(
      'the lens',
      async () => {
        const found = await lensesOf(document);
        return found.length > 0 && found;
      },
      30_000,
    );
    assert.deepEqual(
      lenses.map(({ range }) => range.start.line),
      [40_000],
    );
  });
});
