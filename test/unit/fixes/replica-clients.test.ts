import assert from 'node:assert/strict';
import { clientFixes } from '../../../src/guide/read-replicas/client-fixes';
import { afterFix } from '../../support/fixes-of';
import { replicaUsesIn } from '../../support/replica-uses';

/** The file after the edit; '' where there is none. `others` are files of the same program. */
async function edited(path: string, text: string, others: Readonly<Record<string, string>> = {}): Promise<string> {
  const { clients } = await replicaUsesIn({ ...others, [path]: text });
  const fix = clientFixes(clients).find(({ kind }) => kind === 'edit');
  return fix?.kind === 'edit' ? afterFix(fix, text, path) : '';
}

const lines = (text: string, part: string) => text.split('\n').filter((line) => line.includes(part));

describe('Prisma is told of a replica', () => {
  const adapter = 'const adapter = new PrismaPg({ connectionString });';
  const imports = "import { PrismaPg } from '@prisma/adapter-pg';\nimport { PrismaClient } from '@prisma/client';\n";

  it('behind the extensions that are there, with the other options of the client', async () => {
    const text = `${imports}const connectionString = \`\${process.env.DATABASE_URL}\`;
${adapter}
export const prisma = new PrismaClient({ adapter, log: ['warn'] }).$extends(audit());
`;
    const after = await edited('/app/db.ts', text);
    assert.deepEqual(lines(after, 'PrismaClient({'), [
      "export const prisma = new PrismaClient({ adapter, log: ['warn'] }).$extends(audit()).$extends(readReplicas({ replicas: [new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_READ_URL || connectionString }), log: ['warn'] })] })) as unknown as ReplicatedClient;",
    ]);
    assert.equal(after.split('\n')[0], "import { readReplicas } from '@prisma/extension-read-replicas';");
    // Nothing is proposed a second time.
    assert.equal(await edited('/app/db.ts', after), '');
  });

  it('where one client is kept from one reload to the next', async () => {
    const text = `${imports}const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL! });
export const prisma = globalThis.prisma ?? new PrismaClient({ adapter });
`;
    assert.match(
      await edited('/app/db.ts', text),
      /\?\? new PrismaClient\(\{ adapter \}\)\.\$extends\(readReplicas\(\{ replicas: \[new PrismaClient\(\{ adapter: new PrismaPg\(\{ connectionString: process\.env\.DATABASE_READ_URL \|\| process\.env\.DATABASE_URL! \}\) \}\)\] \}\)\) as unknown as ReplicatedClient;/,
    );
  });

  it('before version 7 by an address, with the extension that fits', async () => {
    const text = "const { PrismaClient } = require('@prisma/client');\nconst prisma = new PrismaClient();\n";
    const schema = 'datasource db {\n  provider = "postgresql"\n  url      = env("POSTGRES_URL")\n}\n';
    const others = {
      '/app/package.json': '{"dependencies":{"@prisma/client":"^6.2.0"}}',
      '/app/prisma/schema.prisma': schema,
    };
    const { clients } = await replicaUsesIn({ ...others, '/app/db.js': text });
    assert.equal(clients[0]?.install, 'npm install @prisma/extension-read-replicas@0.4.1');
    assert.deepEqual((await edited('/app/db.js', text, others)).split('\n').slice(0, 3), [
      "const { readReplicas } = require('@prisma/extension-read-replicas');",
      "const { PrismaClient } = require('@prisma/client');",
      'const prisma = new PrismaClient().$extends(readReplicas({ url: process.env.DATABASE_READ_URL || process.env.POSTGRES_URL }));',
    ]);
  });

  it('with its type wherever that is written down, also of what functions make', async () => {
    const text = `${imports}
const make = (): PrismaClient => {
  const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
  return new PrismaClient({ adapter });
};
export const prisma: PrismaClient = globalThis.prisma ?? make();
`;
    const after = await edited('/app/db.ts', text);
    assert.deepEqual(lines(after, 'ReplicatedClient'), [
      'type ReplicatedClient = PrismaClient & { $primary(): PrismaClient; $replica(): PrismaClient };',
      'const make = (): ReplicatedClient => {',
      '  return new PrismaClient({ adapter }).$extends(readReplicas({ replicas: [new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_READ_URL || process.env.DATABASE_URL }) })] })) as unknown as ReplicatedClient;',
      'export const prisma: ReplicatedClient = globalThis.prisma ?? make();',
    ]);
  });

  it('not where a class is made of it, where its address is not seen, and in tests', async () => {
    const elsewhere = `${imports}import { adapter } from './adapter';\nexport const prisma = new PrismaClient({ adapter });\n`;
    assert.equal(await edited('/app/db.ts', elsewhere), '');
    const service = `${imports}export class PrismaService extends PrismaClient {\n  constructor() { super(); }\n}\n`;
    assert.equal(await edited('/app/db.ts', service), '');
    const fine = `${imports}const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
export const prisma = new PrismaClient({ adapter });
`;
    assert.notEqual(await edited('/app/db.ts', fine), '');
    assert.equal(await edited('/app/test/db.ts', fine), '');
  });
});

describe('Drizzle is told of a replica', () => {
  it('with its schema and the options of the pool', async () => {
    const text = `import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as schema from './schema';
const client = postgres(process.env.DATABASE_URL!, { max: 5, prepare: false });
export const db = drizzle(client, { schema });
`;
    assert.deepEqual(lines(await edited('/app/db.ts', text), 'export const'), [
      'export const db = withReplicas(drizzle(client, { schema }), [drizzle(postgres(process.env.DATABASE_READ_URL || process.env.DATABASE_URL!, { max: 5, prepare: false }), { schema })]);',
    ]);
  });

  it('by its host, where it is named by one', async () => {
    const text = `import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
const pool = new Pool({ host: process.env.DB_HOST, port: 5432, user: 'blog' });
export const db = drizzle({ client: pool, casing: 'snake_case' });
`;
    assert.match(
      await edited('/app/db.ts', text),
      /\[drizzle\(\{ client: new Pool\(\{ host: process\.env\.DATABASE_READ_HOST \|\| process\.env\.DB_HOST, port: 5432, user: 'blog' \}\), casing: 'snake_case' \}\)\]/,
    );
  });
});

describe('Django is told of a replica', () => {
  const manage = {
    '/app/manage.py': 'import os\n\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x")\n',
  };
  const settings = `"""Settings."""
from pathlib import Path

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "blog",
        "HOST": env("DB_HOST"),
    },
}

USE_TZ = True
`;

  it('by a second database, a router, and tests that use the first for both', async () => {
    const files = { ...manage, '/app/blog/settings.py': settings };
    const { clients } = await replicaUsesIn(files);
    assert.deepEqual(
      clients[0]?.files?.map(({ path }) => path),
      ['app/blog/routers.py'],
    );
    assert.equal(
      await edited('/app/blog/settings.py', settings, manage),
      `"""Settings."""
import os
from pathlib import Path

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "blog",
        "HOST": env("DB_HOST"),
    },
    "replica": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "blog",
        "HOST": os.environ.get("DATABASE_READ_HOST", env("DB_HOST")),
        "TEST": {"MIRROR": "default"},
    },
}

DATABASE_ROUTERS = ["blog.routers.PrimaryReplicaRouter"]

USE_TZ = True
`,
    );
  });

  it('from a package of settings, where manage.py says what they are imported from', async () => {
    const path = '/app/config/settings/production.py';
    const [router] = lines(await edited(path, settings, manage), 'ROUTERS');
    assert.equal(router, 'DATABASE_ROUTERS = ["config.routers.PrimaryReplicaRouter"]');
    assert.equal(await edited(path, settings), '');
  });

  it('not where there is a router, a replica or no host', async () => {
    for (const text of [
      `${settings}\nDATABASE_ROUTERS = ["blog.routers.Own"]\n`,
      settings.replace('    },\n}', '    },\n    "replica": {"ENGINE": "django.db.backends.postgresql"},\n}'),
      settings.replace(/.*HOST.*\n/, ''),
      settings.replace('postgresql', 'sqlite3'),
    ])
      assert.equal(await edited('/app/blog/settings.py', text, manage), '');
  });
});

describe('Rails is told of a replica', () => {
  const record = 'class ApplicationRecord < ActiveRecord::Base\n  primary_abstract_class\nend\n';
  const path = '/app/app/models/application_record.rb';

  /** Both files after the edit. */
  async function withReplica(yaml: string, ruby = record): Promise<readonly string[]> {
    const { clients } = await replicaUsesIn({ [path]: ruby, '/app/config/database.yml': yaml });
    const fix = clientFixes(clients).find(({ kind }) => kind === 'edit');
    return fix?.kind === 'edit' ? [afterFix(fix, yaml, '/app/config/database.yml'), afterFix(fix, ruby, path)] : [];
  }

  it('by two databases of production and the models’ base class', async () => {
    const [yaml, ruby] = await withReplica(`default: &default
  adapter: postgresql

production:
  <<: *default
  database: blog
  # Of the cluster.
  host: <%= ENV.fetch("DB_HOST") %>
`);
    assert.equal(
      yaml,
      `default: &default
  adapter: postgresql

production:
  primary:
    <<: *default
    database: blog
    # Of the cluster.
    host: <%= ENV.fetch("DB_HOST") %>
  primary_replica:
    <<: *default
    database: blog
    host: <%= ENV["DATABASE_READ_HOST"] || ENV.fetch("DB_HOST") %>
    replica: true
`,
    );
    assert.equal(
      ruby,
      `class ApplicationRecord < ActiveRecord::Base
  primary_abstract_class

  connects_to database: { writing: :primary, reading: Rails.env.production? ? :primary_replica : :primary }
end
`,
    );
  });

  it('by its address, where DATABASE_URL is all that Rails has', async () => {
    const [yaml = ''] = await withReplica('production:\n  adapter: postgresql\n');
    assert.deepEqual(lines(yaml, 'url:'), ['    url: <%= ENV["DATABASE_READ_URL"] || ENV["DATABASE_URL"] %>']);
  });

  it('not where there are two already, or models say so', async () => {
    assert.deepEqual(
      await withReplica('production:\n  primary:\n    adapter: postgresql\n  other:\n    adapter: postgresql\n'),
      [],
    );
    const told = record.replace('class\nend', 'class\n  connects_to database: { writing: :primary }\nend');
    assert.deepEqual(await withReplica('production:\n  adapter: postgresql\n', told), []);
  });
});
