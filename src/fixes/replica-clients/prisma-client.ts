import type { FileFacts } from '../../code/facts/facts';
import type { ChainValue } from '../../code/facts/values';
import type { ReplicaClient } from '../../code/replicas/replica-use';
import { readPackageFile } from '../../code/resolve/project-files';
import type { DocumentEdit } from '../../nouns/fix';
import { lastImport } from '../cache-aside/cache-module';
import { type ClientContext, clientOf, importing } from './client';
import { copyForReplica, type Initialisers } from './copy-for-replica';

/** `new PrismaClient({ adapter })` → `new PrismaClient({ adapter }).$extends(readReplicas({ replicas: [new PrismaClient({ … })] }))` */
export function prismaClient(
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
  const major = majorOf('@prisma/client', context);
  const hasAdapter = /\badapter\b/.test(made);
  const copy = hasAdapter ? copyForReplica(made, initialisers) : undefined;
  const replicas =
    copy !== undefined
      ? `replicas: [${copy}]`
      : major < 7 && !hasAdapter
        ? `url: ${readUrl(context)}${typed.mark}`
        : undefined;
  const imports = importing(text, 'readReplicas', '@prisma/extension-read-replicas');
  if (replicas === undefined || !imports) return undefined;
  const own = { range: { start: end, end }, newText: `.$extends(readReplicas({ ${replicas} }))${typed.cast}` };
  return [
    {
      ...clientOf('prisma', chain, [...imports, ...typed.edits, own], file),
      install: `npm install @prisma/extension-read-replicas${versions[major] ?? ''}`,
    },
  ];
}

/** By the major version of the client, as each asks for it (peerDependencies); the newest otherwise. */
const versions: Readonly<Record<number, string>> = { 5: '@0.4.0', 6: '@0.4.1' };

/** The variable of the primary is the schema's: `url = env("DATABASE_URL")`. */
function readUrl({ program }: ClientContext): string {
  const [variable = 'DATABASE_URL'] = [...program.tracer.files.values()].flatMap(
    ({ languageId, text = '' }) => (languageId === 'prisma' && /^\s*url\s*=\s*env\("(\w+)"\)/m.exec(text)?.[1]) || [],
  );
  return `process.env.DATABASE_READ_URL || process.env.${variable}`;
}

interface Typed {
  readonly edits: readonly DocumentEdit[];
  readonly cast: string;
  /** Behind a variable that is there. */
  readonly mark: '' | '!';
}

/**
 * The extended client is of a type that nothing takes which is declared with the client's own: in TypeScript it stays of that, with
 * what the extension adds. Undefined where a class extends the client, or the client's own type is asked for.
 */
function typedClient(text: string, { languageId }: FileFacts): Typed | undefined {
  if (/\b(?:extends|typeof)\s+PrismaClient\b|\bPrismaClient\s*</.test(text)) return undefined;
  if (!languageId.startsWith('typescript')) return { edits: [], cast: '', mark: '' };
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
    mark: '!',
  };
}

const clientType = 'ReplicatedClient';

/** 7, the newest, where package.json does not say it. */
function majorOf(name: string, { program, file }: ClientContext): number {
  const around = [...program.projectFiles.values()]
    .filter((one) => readPackageFile(one)?.dependencies.includes(name))
    .filter(({ uri }) => file.uri.startsWith(uri.replace(/package\.json$/, '')))
    .sort((a, b) => b.uri.length - a.uri.length)[0];
  const version = around && new RegExp(`"${name}"\\s*:\\s*"[^\\d"]*(\\d+)`).exec(around.text)?.[1];
  return version === undefined ? 7 : Number(version);
}
