import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledModule } from './bundled-program';
import { connectTo } from './postgres-server';

const load = createRequire(join(import.meta.dirname, '../orms/package.json'));

/** Makes in the database what the models of a file say, as the library's own tool does. */
export type IndexTool = (file: string, url: string) => Promise<void>;

export const indexTools: Readonly<Record<string, IndexTool>> = {
  /** What `drizzle-kit generate` writes, run. */
  async drizzle(file, url) {
    const { generateDrizzleJson, generateMigration } = load('drizzle-kit/api');
    const models = await moduleOf(file);
    const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(models));
    await run(statements, url);
  },

  async typeorm(file, url) {
    const { DataSource } = load('typeorm');
    const source = new DataSource({ type: 'postgres', url, entities: Object.values(await moduleOf(file)) });
    await source.initialize();
    try {
      await source.synchronize();
    } finally {
      await source.destroy();
    }
  },

  async sequelize(file, url) {
    const { Sequelize } = load('sequelize');
    await synchronized(new Sequelize(url, { logging: false }), file);
  },

  async 'sequelize-typescript'(file, url) {
    const { Sequelize } = load('sequelize-typescript');
    const sequelize = new Sequelize(url, { logging: false });
    sequelize.addModels(Object.values(await moduleOf(file)));
    await synchronized(sequelize, file);
  },

  /** Its schema generator, from which its migrations are made; a second time there must be nothing left to do. */
  async 'mikro-orm'(file, url) {
    const { MikroORM } = load('@mikro-orm/postgresql');
    const orm = await MikroORM.init({ clientUrl: url, entities: Object.values(await moduleOf(file)) });
    try {
      await orm.schema.updateSchema();
      const rest = await orm.schema.getUpdateSchemaSQL();
      if (rest !== '') throw new Error(`The tool would change it again: ${rest}`);
    } finally {
      await orm.close(true);
    }
  },

  /** What `prisma migrate dev` writes, by Prisma's schema engine in WebAssembly, run. */
  async prisma(file, url) {
    const engine = await prismaEngine();
    const { PrismaPg } = load('@prisma/adapter-pg');
    const { bindMigrationAwareSqlAdapterFactory } = load('@prisma/driver-adapter-utils');
    const content = await readFile(file, 'utf8');
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }));
    const comparing = await engine.SchemaEngine.new({ datamodels: [[file, content]] }, () => undefined, adapter);
    const { stdout } = await comparing.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: file, content }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    await run([stdout], url);
  },
};

async function run(statements: readonly string[], url: string): Promise<void> {
  const client = await connectTo(url);
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

let loading: Promise<PrismaEngine> | undefined;

/** Its glue is for bundlers, which load the binary. */
function prismaEngine(): Promise<PrismaEngine> {
  loading ??= (async () => {
    const glue = load.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const engine = await import(pathToFileURL(glue).href);
    const binary = await readFile(join(dirname(glue), 'schema_engine_bg.wasm'));
    const { Instance, Module } = WebAssembly;
    const instance: unknown = new Instance(new Module(binary), { './schema_engine_bg.js': engine });
    const { exports } = instance as { readonly exports: { readonly __wbindgen_start: () => void } };
    engine.__wbg_set_wasm(exports);
    exports.__wbindgen_start();
    return engine;
  })();
  return loading;
}

interface PrismaEngine {
  readonly SchemaEngine: {
    new: (
      models: { readonly datamodels: readonly (readonly [string, string])[] },
      log: (line: string) => void,
      adapter: unknown,
    ) => Promise<{ diff(given: unknown): Promise<{ readonly stdout: string }> }>;
  };
}

/** Models that are made with the connection come from a function `models(sequelize)`. */
async function synchronized(
  sequelize: { sync(): Promise<unknown>; close(): Promise<void> },
  file: string,
): Promise<void> {
  try {
    const { models } = await moduleOf(file);
    if (typeof models === 'function') models(sequelize);
    await sequelize.sync();
  } finally {
    await sequelize.close();
  }
}

async function moduleOf(file: string): Promise<Record<string, unknown>> {
  return (await bundledModule(file)) as Record<string, unknown>;
}
