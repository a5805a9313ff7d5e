import { chainsAt } from '../../code/calls/chains';
import type { FileFacts } from '../../code/facts/facts';
import type { ChainValue } from '../../code/facts/values';
import type { Program } from '../../code/program/program';
import type { Division, ReplicaClient } from '../../code/replicas/replica-use';
import { readPackageFile } from '../../code/resolve/project-files';
import type { DocumentEdit } from '../../nouns/fix';
import { importEdits } from '../batch/text';
import { lastImport } from '../cache-aside/cache-module';
import { copyForReplica, type Initialisers } from './copy-for-replica';

export interface ClientContext {
  readonly program: Pick<Program, 'tracer' | 'projectFiles'>;
  readonly file: FileFacts;
  readonly text: string;
  readonly divisions: readonly Division[];
}

/** Clients of Prisma and Drizzle that one file makes and that read from the primary alone. */
export function javascriptClients(context: ClientContext): ReplicaClient[] {
  const { file, divisions } = context;
  const isDivided = (library: string) => divisions.some((one) => one.library === library);
  return file.functions.flatMap(({ uses }, index) =>
    uses.flatMap(({ chain: outer }) =>
      chainsAt(outer).flatMap((chain): ReplicaClient[] => {
        const made = madeBy(chain, index, context);
        if (!made || isDivided(made)) return [];
        const initialisers = initialisersOf(context, index);
        const client = made === 'prisma' ? prismaClient : drizzleClient;
        return client(chain, initialisers, context) ?? [];
      }),
    ),
  );
}

function madeBy(chain: ChainValue, index: number, { program, file }: ClientContext): 'prisma' | 'drizzle' | undefined {
  const { root, links, isNew } = chain;
  if (!links[0]?.arguments || links[0].name !== '' || typeof root !== 'string') return undefined;
  const origin = program.tracer.traceLinks(chain, 0, { file, function: index });
  if (origin.kind !== 'package' && !(isNew && root === 'PrismaClient')) return undefined;
  const name = origin.kind === 'package' ? origin.path.at(-1) : undefined;
  const from = origin.kind === 'package' ? origin.package : '';
  if (isNew && root === 'PrismaClient') return 'prisma';
  const isDrizzle = !isNew && name === 'drizzle' && /^drizzle-orm\/(?:node-postgres|postgres-js)$/.test(from);
  return isDrizzle ? 'drizzle' : undefined;
}

/** `new PrismaClient({ adapter })` → `new PrismaClient({ adapter }).$extends(readReplicas({ replicas: [new PrismaClient({ … })] }))` */
function prismaClient(
  chain: ChainValue,
  initialisers: Initialisers,
  context: ClientContext,
): ReplicaClient[] | undefined {
  const { file, text } = context;
  // The extension has to be the last one.
  const isExtended = chain.links.slice(1).every(({ name, arguments: given }) => name === '$extends' && given);
  const first = chain.links[0]?.argumentsRange;
  const end = chain.links.at(-1)?.argumentsRange?.end;
  const typed = typedClient(text, file);
  if (!isExtended || !first || end === undefined || !typed) return undefined;
  const made = text.slice(chain.range.start, first.end);
  const isOld = majorOf('@prisma/client', context) < 7;
  const hasAdapter = /\badapter\b/.test(made);
  const copy = hasAdapter ? copyForReplica(made, initialisers) : undefined;
  const replicas =
    copy !== undefined ? `replicas: [${copy}]` : isOld && !hasAdapter ? `url: ${typed.readUrl}` : undefined;
  const imports = importing(text, 'readReplicas', '@prisma/extension-read-replicas');
  if (replicas === undefined || !imports) return undefined;
  const own = { range: { start: end, end }, newText: `.$extends(readReplicas({ ${replicas} }))${typed.cast}` };
  const version = isOld ? '@0.4.1' : '';
  return [
    {
      ...clientOf('prisma', chain, [...imports, ...typed.edits, own], file),
      install: `npm install @prisma/extension-read-replicas${version}`,
    },
  ];
}

interface Typed {
  readonly edits: readonly DocumentEdit[];
  readonly cast: string;
  readonly readUrl: string;
}

/**
 * The extended client is of a type that nothing takes which is declared with the client's own: in TypeScript it stays of that, with
 * what the extension adds. Undefined where a class extends the client, or the client's own type is asked for.
 */
function typedClient(text: string, { languageId }: FileFacts): Typed | undefined {
  const readUrl = 'process.env.DATABASE_READ_URL || process.env.DATABASE_URL';
  if (/\b(?:extends|typeof)\s+PrismaClient\b|\bPrismaClient\s*</.test(text)) return undefined;
  if (!languageId.startsWith('typescript')) return { edits: [], cast: '', readUrl };
  const imported = lastImport(text);
  if (imported === undefined || text.includes(clientType)) return undefined;
  const annotations = [...text.matchAll(/(?<!new\s+)(?<![\w$.])PrismaClient(?![\w$])/g)].filter(
    ({ index }) => index > imported,
  );
  const declared = `\n\ntype ${clientType} = PrismaClient & { $primary(): PrismaClient; $replica(): PrismaClient };`;
  return {
    edits: [
      { range: { start: imported, end: imported }, newText: declared },
      ...annotations.map(({ index, 0: name }) => ({
        range: { start: index, end: index + name.length },
        newText: clientType,
      })),
    ],
    cast: ` as unknown as ${clientType}`,
    readUrl: `${readUrl}!`,
  };
}

const clientType = 'ReplicatedClient';

/** `drizzle(pool)` → `withReplicas(drizzle(pool), [drizzle(new Pool({ … }))])` */
function drizzleClient(
  chain: ChainValue,
  initialisers: Initialisers,
  { file, text }: ClientContext,
): ReplicaClient[] | undefined {
  const [called, ...others] = chain.links;
  const { start } = chain.range;
  const end = called?.argumentsRange?.end;
  if (end === undefined || others.length > 0) return undefined;
  const copy = copyForReplica(text.slice(start, end), initialisers);
  const imports = importing(text, 'withReplicas', 'drizzle-orm/pg-core');
  if (copy === undefined || !imports) return undefined;
  const before = { range: { start, end: start }, newText: 'withReplicas(' };
  const after = { range: { start: end, end }, newText: `, [${copy}])` };
  return [clientOf('drizzle', chain, [...imports, before, after], file)];
}

function clientOf(
  library: ReplicaClient['library'],
  { range }: ChainValue,
  edits: readonly DocumentEdit[],
  { uri: path }: FileFacts,
): ReplicaClient {
  return { library, path, range, edits: edits.map((edit) => ({ path, range: edit.range, newText: edit.newText })) };
}

/** Constants that are made by a call, of the file and of the functions around a place. */
function initialisersOf({ file, text }: ClientContext, start: number): Initialisers {
  const found = new Map<string, string>();
  for (let index: number | undefined = start; index !== undefined; index = file.functions[index]?.parent) {
    for (const { pattern, value, isConstant } of file.functions[index]?.bindings ?? []) {
      if (!isConstant || pattern.name === '' || value?.kind !== 'chain' || found.has(pattern.name)) continue;
      const end = Math.max(value.range.end, value.links.at(-1)?.argumentsRange?.end ?? 0);
      if (value.links.some((link) => link.arguments) && value.range.start > pattern.range.start)
        found.set(pattern.name, text.slice(value.range.start, end));
    }
  }
  return found;
}

/** 7, the newest, where package.json does not say it. */
function majorOf(name: string, { program, file }: ClientContext): number {
  const around = [...program.projectFiles.values()]
    .filter((one) => readPackageFile(one)?.dependencies.includes(name))
    .filter(({ uri }) => file.uri.startsWith(uri.replace(/package\.json$/, '')))
    .sort((a, b) => b.uri.length - a.uri.length)[0];
  const version = around && new RegExp(`"${name}"\\s*:\\s*"[^\\d"]*(\\d+)`).exec(around.text)?.[1];
  return version === undefined ? 7 : Number(version);
}

/** Also where the file requires what it needs. */
function importing(text: string, name: string, from: string): readonly DocumentEdit[] | undefined {
  const edits = importEdits(text, name, from);
  if (edits || new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(text)) return edits;
  const first = /^(?:const|let|var)\s[^\n]*\brequire\(\s*(['"])/m.exec(text);
  if (!first) return undefined;
  const [, quote] = first;
  const newText = `const { ${name} } = require(${quote}${from}${quote});\n`;
  return [{ range: { start: first.index, end: first.index }, newText }];
}
