import type { IndexFix } from '../nouns/fix';
import { qualifiedName } from '../sql/identifiers';
import { fixStatements } from './fix-statements';
import { className, type MigrationName, migrationClass } from './migration-class';
import type { MigrationStyle } from './migration-folder';
import { textTemplate } from './object-edit';

/** A migration's text; `down` is empty where it stands in the same file or the tool has none. */
export function migrationContent(
  fix: IndexFix,
  style: MigrationStyle,
  named: MigrationName,
): { up: string; down: string } {
  switch (style) {
    case 'sql':
      return { up: sqlUp(fix), down: '' };
    case 'drizzle':
      return { up: sqlUp(fix, '--> statement-breakpoint\n'), down: '' };
    case 'prisma':
      // Several statements of one file are one transaction, a single one is none.
      return { up: fix.needs === undefined ? `${upSql(fix)}\n` : sqlUp(fix), down: '' };
    case 'sql up and down':
      return { up: sqlUp(fix), down: `${dropIndex(fix, false)};\n` };
    case 'knex js':
      return {
        up: knex(fix, 'exports.up = async (knex) =>', 'exports.down = async (knex) =>', 'exports.config ='),
        down: '',
      };
    case 'knex mjs':
      return {
        up: knex(
          fix,
          'export const up = async (knex) =>',
          'export const down = async (knex) =>',
          'export const config =',
        ),
        down: '',
      };
    case 'knex ts':
      return { up: knexTypeScript(fix), down: '' };
    case 'sequelize':
      return { up: sequelize(fix), down: '' };
    case 'node-pg-migrate':
      return { up: nodePgMigrate(fix), down: '' };
    case 'typeorm js':
    case 'typeorm ts':
      // Its undo runs in a transaction, whatever the migration says.
      return {
        up: migrationClass({ up: upStatements(fix), down: literal(dropIndex(fix, false)) }, style, named),
        down: '',
      };
    case 'mikro-orm js':
    case 'mikro-orm ts':
      return {
        up: migrationClass({ up: upStatements(fix), down: literal(dropIndex(fix, true)) }, style, named),
        down: '',
      };
    case 'rails':
      return { up: rails(fix, named.name), down: '' };
  }
}

/** Tools run SQL files in a transaction unless told otherwise, each in its own way: hence the plain form, and the note. */
function sqlUp(fix: IndexFix, between = ''): string {
  const concurrently = upSql(fix);
  return `${comment(`Blocks writes to ${fix.index.table} while it is built. On a large table in use, run it outside a transaction instead:`)}
${comment(concurrently)}
${fixStatements(fix, { concurrently: false }).join(`\n${between}`)}
`;
}

/** The last one creates the index; before it is what it needs. */
function upSql(fix: IndexFix): string {
  return fixStatements(fix, { concurrently: true }).at(-1) ?? '';
}

/** A name may have line ends, behind which a comment would be none. */
function comment(text: string): string {
  return text.replace(/^/gm, '-- ').replace(/\r(?!\n)/g, '\r-- ');
}

function dropIndex({ index }: IndexFix, concurrently: boolean): string {
  return `DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS ${qualifiedName(index.schema, index.name)}`;
}

function upStatements(fix: IndexFix): string[] {
  return fixStatements(fix, { concurrently: true }).map((sql) => literal(sql.replace(/;$/, '')));
}

/** A JavaScript literal in the common style: single quotes, or a template where the SQL has quotes of its own. */
function literal(sql: string): string {
  return /['\\\r\n]/.test(sql) ? textTemplate(sql) : `'${sql}'`;
}

const outside = '// CREATE INDEX CONCURRENTLY cannot run in a transaction.';

function knex(fix: IndexFix, up: string, down: string, config: string): string {
  const raw = upStatements(fix).map((sql) => `  await knex.raw(${escapeBindings(sql)});`);
  return `${up} {
${raw.join('\n')}
};

${down} {
  await knex.raw(${literal(dropIndex(fix, true))});
};

${outside}
${config} { transaction: false };
`;
}

function knexTypeScript(fix: IndexFix): string {
  const raw = upStatements(fix).map((sql) => `  await knex.raw(${escapeBindings(sql)});`);
  return `import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
${raw.join('\n')}
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(${literal(dropIndex(fix, true))});
}

${outside}
export const config = { transaction: false };
`;
}

/** knex takes a question mark for a placeholder. */
function escapeBindings(sqlLiteral: string): string {
  return sqlLiteral.replaceAll('?', '\\\\?');
}

/** sequelize-cli runs migrations without a transaction, so the concurrent form works as it is. */
function sequelize(fix: IndexFix): string {
  const queries = upStatements(fix).map((sql) => `    await queryInterface.sequelize.query(${sql});`);
  return `'use strict';

/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface) {
${queries.join('\n')}
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query(${literal(dropIndex(fix, true))});
  },
};
`;
}

function nodePgMigrate(fix: IndexFix): string {
  const queries = upStatements(fix).map((sql) => `  pgm.sql(${sql});`);
  return `exports.up = (pgm) => {
  ${outside}
  pgm.noTransaction();
${queries.join('\n')}
};

exports.down = (pgm) => {
  pgm.noTransaction();
  pgm.sql(${literal(dropIndex(fix, true))});
};
`;
}

function rails(fix: IndexFix, name: string): string {
  // Without its quotes, a heredoc would run the Ruby in a name such as `#{…}`; a name with line ends could end it.
  const run = (sql: string) =>
    /[\r\n]/.test(sql)
      ? `    execute ${JSON.stringify(sql).replaceAll('#', '\\#')}`
      : `    execute <<~'SQL'\n      ${sql}\n    SQL`;
  return `class ${className(name)} < ActiveRecord::Migration[7.0]
  # CREATE INDEX CONCURRENTLY cannot run in a transaction.
  disable_ddl_transaction!

  def up
${fixStatements(fix, { concurrently: true }).map(run).join('\n')}
  end

  def down
${run(`${dropIndex(fix, true)};`)}
  end
end
`;
}
