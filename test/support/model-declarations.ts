/** The table posts as each library's models declare it, in the ways that it can be written. */
export interface ModelDeclaration {
  readonly title: string;
  readonly library: string;
  /** Of `indexTools`. */
  readonly tool: string;
  readonly file: string;
  readonly source: string;
}

const drizzleColumns = `{
  id: serial('id').primaryKey(),
  authorId: integer('author_id').notNull(),
  title: text('title').notNull(),
  status: text('status'),
  createdAt: timestamp('created_at', { withTimezone: true }),
  data: jsonb('data'),
}`;

const drizzleImports = "import { integer, jsonb, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';";

const sequelizeColumns = `{
    authorId: { type: DataTypes.INTEGER, field: 'author_id' },
    title: DataTypes.TEXT,
    status: DataTypes.TEXT,
    createdAt: { type: DataTypes.DATE, field: 'created_at' },
    data: DataTypes.JSONB,
  }`;

const drizzle = { library: 'drizzle', tool: 'drizzle', file: 'schema.ts' };
const sequelize = { library: 'sequelize', tool: 'sequelize', file: 'models.ts' };

export const declarations: readonly ModelDeclaration[] = [
  {
    ...drizzle,
    title: 'Drizzle, without indexes',
    source: `${drizzleImports}\n\nexport const posts = pgTable('posts', ${drizzleColumns});\n`,
  },
  {
    ...drizzle,
    title: 'Drizzle, with a list of indexes',
    source: `import { sql } from 'drizzle-orm';
${drizzleImports.replace('integer,', 'index, integer,')}

export const posts = pgTable(
  'posts',
  ${drizzleColumns},
  (t) => [
    index('posts_status_idx').on(t.status),
    index('posts_title_idx').on(sql\`upper(\${t.title})\`),
  ],
);
`,
  },
  {
    ...drizzle,
    title: 'Drizzle, with an object of indexes',
    source: `${drizzleImports.replace('integer,', 'index, integer,')}

export const posts = pgTable('posts', ${drizzleColumns}, (posts) => {
  return { statusIdx: index('posts_status_idx').on(posts.status) };
});
`,
  },
  {
    ...drizzle,
    title: 'Drizzle, imported whole',
    source: `import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';

export const posts = pg.pgTable('posts', ${drizzleColumns.replace(/: (\w+)\(/g, ': pg.$1(')});
`,
  },
  {
    ...sequelize,
    title: 'Sequelize, defined',
    source: `import { DataTypes, Sequelize } from 'sequelize';

export const models = (sequelize: Sequelize) => {
  sequelize.define('Post', ${sequelizeColumns}, { tableName: 'posts', timestamps: false });
};
`,
  },
  {
    ...sequelize,
    title: 'Sequelize, defined with indexes, in a script',
    file: 'models.js',
    source: `const { DataTypes, Sequelize } = require('sequelize');

module.exports.models = (sequelize) => {
  sequelize.define('Post', ${sequelizeColumns}, {
    tableName: 'posts',
    timestamps: false,
    indexes: [
      { fields: ['status'] },
    ],
  });
};
`,
  },
  {
    ...sequelize,
    title: 'Sequelize, a class that is initialised',
    source: `import { DataTypes, Model, Sequelize } from 'sequelize';

export class Post extends Model {}

export const models = (sequelize: Sequelize) => {
  Post.init(${sequelizeColumns}, { sequelize, tableName: 'posts', timestamps: false });
};
`,
  },
  {
    ...sequelize,
    title: 'sequelize-typescript',
    tool: 'sequelize-typescript',
    source: `import { Sequelize } from 'sequelize';
import { Column, DataType, Model, Table } from 'sequelize-typescript';

@Table({ tableName: 'posts', timestamps: false })
export class Post extends Model {
  @Column({ type: DataType.INTEGER, field: 'author_id' })
  declare authorId: number;

  @Column(DataType.TEXT)
  declare title: string;

  @Column(DataType.TEXT)
  declare status: string;

  @Column({ type: DataType.DATE, field: 'created_at' })
  declare createdAt: Date;

  @Column(DataType.JSONB)
  declare data: object;
}
`,
  },
  {
    title: 'TypeORM',
    library: 'typeorm',
    tool: 'typeorm',
    file: 'post.entity.ts',
    source: `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ name: 'author_id', type: 'integer' })
  authorId!: number;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text', nullable: true })
  status!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'jsonb' })
  data!: object;
}
`,
  },
  {
    title: 'MikroORM',
    library: 'mikro-orm',
    tool: 'mikro-orm',
    file: 'post.entity.ts',
    source: `import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';

@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'integer' })
  id!: number;
}

@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @ManyToOne({ entity: () => User })
  author!: User;

  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'text', nullable: true })
  status?: string;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'json' })
  data!: object;
}
`,
  },
  {
    title: 'Prisma',
    library: 'prisma',
    tool: 'prisma',
    file: 'schema.prisma',
    source: `datasource db {
  provider = "postgresql"
}

model Post {
  id        Int       @id @default(autoincrement())
  authorId  Int       @map("author_id")
  title     String    @default("}")
  status    String?
  createdAt DateTime? @map("created_at") @db.Timestamptz
  data      Json?

  @@map("posts")
}
`,
  },
];
