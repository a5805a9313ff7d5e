export interface MigrationName {
  /** `create_posts_author_id_idx` */
  readonly name: string;
  /** `1704110400000`, `20240101120000` */
  readonly number: string;
}

/** JavaScript literals. */
interface Statements {
  readonly up: readonly string[];
  readonly down: string;
}

type ClassStyle = 'typeorm js' | 'typeorm ts' | 'mikro-orm js' | 'mikro-orm ts';

const outside = '  // CREATE INDEX CONCURRENTLY cannot run in a transaction.';

/** `create_posts_idx` → `CreatePostsIdx` */
export function className(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A migration that is a class, as the tools write them. */
export function migrationClass(statements: Statements, style: ClassStyle, named: MigrationName): string {
  switch (style) {
    case 'typeorm js':
    case 'typeorm ts':
      return typeorm(statements, style === 'typeorm ts', named);
    case 'mikro-orm js':
    case 'mikro-orm ts':
      return mikroOrm(statements, style === 'mikro-orm ts', named);
  }
}

/** TypeORM reads the time from the end of the class's name, and runs all migrations in one transaction unless told otherwise. */
function typeorm({ up, down }: Statements, isTypeScript: boolean, { name, number }: MigrationName): string {
  const own = `${className(name)}${number}`;
  const queries = up.map((sql) => `    await queryRunner.query(${sql});`).join('\n');
  const runner = isTypeScript ? 'queryRunner: QueryRunner' : 'queryRunner';
  const result = isTypeScript ? ': Promise<void>' : '';
  const head = isTypeScript
    ? `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class ${own} implements MigrationInterface {`
    : `module.exports = class ${own} {`;
  return `${head}
  name = '${own}';
${outside}
  // TypeORM takes this with migrationsTransactionMode 'each' or 'none' (migration:run --transaction each).
  transaction = false;

  async up(${runner})${result} {
${queries}
  }

  async down(${runner})${result} {
    await queryRunner.query(${down});
  }
}${isTypeScript ? '' : ';'}
`;
}

function mikroOrm({ up, down }: Statements, isTypeScript: boolean, { name, number }: MigrationName): string {
  const own = `Migration${number}_${name}`;
  const queries = up.map((sql) => `    this.addSql(${sql});`).join('\n');
  const result = isTypeScript ? ': Promise<void>' : '';
  const method = isTypeScript ? 'override ' : '';
  const head = isTypeScript
    ? `import { Migration } from '@mikro-orm/migrations';\n\nexport class ${own} extends Migration {`
    : `'use strict';\n\nconst { Migration } = require('@mikro-orm/migrations');\n\nclass ${own} extends Migration {`;
  return `${head}
  ${method}async up()${result} {
${queries}
  }

  ${method}async down()${result} {
    this.addSql(${down});
  }

${outside}
  ${method}isTransactional()${isTypeScript ? ': boolean' : ''} {
    return false;
  }
}
${isTypeScript ? '' : `\nexports.${own} = ${own};\n`}`;
}
