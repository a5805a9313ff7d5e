import { moduleTemplate } from './module-template';

export type ModuleKind = 'commonjs' | 'esm' | 'typescript';

/** What the module is written for. */
export interface ModuleWish {
  readonly kind: ModuleKind;
  readonly quote?: string;
  /** Where the module gets Prisma's client from, whose rows have numbers of a class of its own: `./generated/client`. */
  readonly prismaFrom?: string;
}

/** The file that the edit imports `cache` from, in the project's kind of module and its quotes. */
export function cacheModuleText({ kind, quote = "'", prismaFrom }: ModuleWish): string {
  const isTyped = kind === 'typescript';
  const text = moduleTemplate
    .replace(/«([^»]*)»/g, (_, types: string) => (isTyped ? types : ''))
    .replace(/^#prisma (.*\n)/gm, (_, line: string) => (prismaFrom === undefined ? '' : line))
    .replace('%IMPORTS%', () => importsOf(kind === 'commonjs', prismaFrom))
    .replace(
      '%EXPORTS%',
      kind === 'commonjs' ? 'module.exports = { cache, CacheService };' : 'export { cache, CacheService };',
    );
  return quote === "'" ? text : text.replace(/['"]/g, (one) => (one === "'" ? '"' : "'"));
}

function importsOf(isRequired: boolean, prismaFrom: string | undefined): string {
  const all: [string, string][] = [
    ['createHash, randomUUID', 'node:crypto'],
    ['createClient', 'redis'],
  ];
  if (prismaFrom !== undefined) all.push(['Prisma', prismaFrom]);
  return all
    .map(([names, from]) =>
      isRequired ? `const { ${names} } = require('${from}');` : `import { ${names} } from '${from}';`,
    )
    .join('\n');
}
