import assert from 'node:assert/strict';
import { afterFix, fixesIn } from '../../support/fixes-of';

const head = `import { DataTypes, Sequelize } from 'sequelize';
export const sequelize = new Sequelize('postgres://localhost/blog', { define: { underscored: true, timestamps: false } });
`;
const user = `export const User = sequelize.define('User', { name: DataTypes.TEXT }, { tableName: 'users' });\n`;
const post = (attributes = 'authorId: DataTypes.INTEGER') =>
  `export const Post = sequelize.define('Post', { ${attributes} }, { tableName: 'posts' });\n`;
const tag = `export const Tag = sequelize.define('Tag', { label: DataTypes.TEXT }, { tableName: 'tags' });\n`;
const loops = (inner = 'await User.findByPk(post.authorId)') => `import { Post, Tag, User } from './models';
export async function list() {
  const posts = await Post.findAll();
  for (const post of posts) {
    console.log(${inner});
  }
}
`;

/** The text of the models' file with the association that is offered; undefined when none is. */
async function models(files: Readonly<Record<string, string>>, uri: string): Promise<string | undefined> {
  const fixes = await fixesIn(files);
  const fix = fixes.find(({ isAside }) => isAside);
  return fix && afterFix(fix, files[uri] ?? '', uri);
}

const sequelize = (text: string, inner?: string) =>
  models({ '/app/models.js': text, '/app/loops.js': loops(inner) }, '/app/models.js');

describe('A missing association is declared', () => {
  it('behind the others of the file, where the model has none', async () => {
    const text = `${head}${user}${post()}${tag}User.hasMany(Tag, { as: 'tags', foreignKey: 'userId' })\nexport const x = 1;\n`;
    assert.equal(
      await sequelize(text),
      text.replace(/(User\.hasMany.*\n)/, "$1Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' })\n"),
    );
  });

  it("behind the model's own, in their words", async () => {
    const own = "const models = { Post, Tag, User };\nPost.hasMany(models.Tag, {\n  as: 'labels',\n});\n";
    const text = `${head}${user}${post()}${tag}${own}`;
    assert.equal(
      await sequelize(text),
      `${text}Post.belongsTo(models.User, { as: 'author', foreignKey: 'authorId' });\n`,
    );
  });

  it('as the first of a class that a tool has made', async () => {
    const comment = `const { Model } = require('sequelize');
module.exports = (sequelize, DataTypes) => {
  class Post extends Model {
    static associate(models) {
      // define association here
    }
  }
  Post.init({ authorId: DataTypes.INTEGER }, { sequelize, modelName: 'Post' });
  return Post;
};
`;
    const files = {
      '/app/post.js': comment,
      '/app/user.js': `const { Model } = require('sequelize');
module.exports = (sequelize, DataTypes) => {
  class User extends Model {}
  User.init({ name: DataTypes.TEXT }, { sequelize, modelName: 'User' });
  return User;
};
`,
      '/app/models.js': `const { Sequelize, DataTypes } = require('sequelize');
const sequelize = new Sequelize('postgres://localhost/blog');
const db = {};
db.Post = require('./post')(sequelize, DataTypes);
db.User = require('./user')(sequelize, DataTypes);
module.exports = db;
`,
      '/app/loops.js': loops().replace(/import.*/, "const { Post, User } = require('./models');"),
    };
    const changed = await models(files, '/app/post.js');
    assert.match(
      changed ?? '',
      /define association here\n {6}Post\.belongsTo\(models\.User, \{ as: 'author', foreignKey: 'authorId' \}\);\n {4}\}/,
    );
  });

  it('and is not the fix to take without a look', async () => {
    const text = `${head}${user}${post()}User.hasMany(Post, { foreignKey: 'ownerId' });\n`;
    const fixes = await fixesIn({ '/app/models.js': text, '/app/loops.js': loops() });
    assert.deepEqual(
      fixes.map(({ title, isAside }) => [title.split(' ').slice(0, 3).join(' '), isAside]),
      [
        ['Ask for all', undefined],
        ['Add the association', true],
      ],
    );
  });
});

describe('No association is declared', () => {
  const link = "User.hasMany(Tag, { as: 'tags', foreignKey: 'userId' });\n";
  const refused: readonly (readonly [why: string, text: string, inner?: string])[] = [
    ['where no file shows how this program does', `${head}${user}${post()}${tag}`],
    [
      'when another column says which table is meant',
      `${head}${user}${post('authorId: DataTypes.INTEGER, authorType: DataTypes.TEXT')}${tag}${link}`,
    ],
    [
      'when the name is taken',
      `${head}${user}${post('authorId: DataTypes.INTEGER, author: DataTypes.TEXT')}${tag}${link}`,
    ],
    ['when the key has another type', `${head}${user}${post('authorId: DataTypes.UUID')}${tag}${link}`],
    [
      'when the key belongs to another model',
      `${head}${user}${post()}${tag}Post.belongsTo(Tag, { as: 'label', foreignKey: 'authorId' });\n`,
    ],
    ['when the model does not name the column', `${head}${user}${post('title: DataTypes.TEXT')}${tag}${link}`],
    [
      'for another property than a key',
      `${head}${user}${post('author: DataTypes.INTEGER')}${tag}${link}`,
      'await User.findByPk(post.author)',
    ],
    [
      'for rows that are found by another column',
      `${head}${user}${post()}${tag}${link}`,
      'await User.findOne({ where: { name: post.authorId } })',
    ],
    [
      'when the turn asks only for what is of one kind',
      `${head}${user}${post()}${tag}${link}`,
      "post.kind === 'user' ? await User.findByPk(post.authorId) : null",
    ],
    [
      'when less than the row is asked for',
      `${head}${user}${post()}${tag}${link}`,
      "await User.findByPk(post.authorId, { attributes: ['name'] })",
    ],
  ];
  for (const [why, text, inner] of refused) {
    it(why, async () => {
      assert.equal(await sequelize(text, inner), undefined);
    });
  }

  it('for a class whose file is imported by that of the other', async () => {
    const post = `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
@Entity() export class Post {
  @PrimaryGeneratedColumn() id!: number;
  @Column() authorId!: number;
}
`;
    const user = (imported: string) => `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
${imported}@Entity()
export class User {
  @PrimaryGeneratedColumn() id!: number;
}
`;
    const loops = `import { Repository } from 'typeorm';
import { Post } from './post.entity';
import { User } from './user.entity';
export async function list(posts: Repository<Post>, users: Repository<User>) {
  for (const post of await posts.find()) console.log(await users.findOneBy({ id: post.authorId }));
}
`;
    const offered = (imported: string) =>
      models(
        { '/app/post.entity.ts': post, '/app/user.entity.ts': user(imported), '/app/loops.ts': loops },
        '/app/post.entity.ts',
      );
    assert.match((await offered('')) ?? '', /import \{ User \} from '\.\/user\.entity';/);
    assert.match(
      (await offered('')) ?? '',
      /@ManyToOne\(\(\) => User\)\n {2}@JoinColumn\(\{ name: 'authorId' \}\)\n {2}author!: User \| null;/,
    );
    assert.equal(await offered("import { Post } from './post.entity';\n"), undefined);
  });
});
