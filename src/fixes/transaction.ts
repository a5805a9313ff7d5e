import type { SplitWrites } from '../code/calls/split-writes';
import type { EditFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import { placeAbove } from './batch/loop-text';
import { freeName } from './batch/names';
import { usesNamesOf, withoutComments } from './batch/turn-text';
import type { TextOf } from './code-fixes';

/** How a library begins one, where all that is done in it begins with another name: `knex('posts')` → `trx('posts')`. */
const beginnings: Readonly<Record<string, { readonly call: string; readonly name: string; readonly note?: string }>> = {
  knex: { call: 'transaction(', name: 'trx' },
  kysely: { call: 'transaction().execute(', name: 'trx' },
  prisma: {
    call: '$transaction(',
    name: 'tx',
    note: 'Prisma ends a transaction after 5 seconds, unless it is given a longer timeout.',
  },
};

/**
 * The writes of a loop, and those just before it, in one transaction. Undefined where something else is waited for, what is declared
 * among them is used behind them, or the function is left there.
 */
export function inTransaction({ loop, writes }: SplitWrites, textOf: TextOf): EditFix | undefined {
  const source = textOf(loop.uri);
  const [first] = writes;
  const begin = first && beginnings[first.library];
  if (source === undefined || !first?.chain || !begin || loop.kind !== 'for of') return undefined;
  if (writes.some(({ uri, library }) => uri !== loop.uri || library !== first.library)) return undefined;
  const range = regionOf(source, Math.min(first.chain.rootRange.start, loop.headRange.start), loop.bodyRange.end);
  const place = range && placeAbove(source, range.start);
  const own = loop.at.file.functions[loop.at.function]?.range;
  if (!range || !place || !own) return undefined;
  const text = source.slice(range.start, range.end);
  const root = /^await\s+((?:this\.)?[\w$]+)/.exec(source.slice(awaitBefore(source, first.chain.rootRange.start)))?.[1];
  if (root === undefined || !isWhole(text, root) || !isRootOfAll(source, writes, root)) return undefined;
  if (usesNamesOf(text, source.slice(range.end, own.end))) return undefined;
  const name = freeName(source, begin.name);
  const unit = /\n([ \t]*)\S/.exec(text)?.[1]?.slice(place.indent.length) || '  ';
  const inner = text
    .replaceAll(new RegExp(`\\bawait(\\s+)${root.replace(/[.$]/g, '\\$&')}(?![\\w$])`, 'g'), `await$1${name}`)
    .replaceAll(/\n(?=[^\n])/g, `\n${unit}`);
  const semicolon = /;[ \t]*\r?\n/.test(source) ? ';' : '';
  return {
    kind: 'edit',
    title: 'Put one transaction around these writes',
    edits: [
      {
        uri: loop.uri,
        range,
        newText: `await ${root}.${begin.call}async (${name}) => {\n${place.indent}${unit}${inner}\n${place.indent}})${semicolon}`,
      },
    ],
    ...(begin.note === undefined ? {} : { note: begin.note }),
  };
}

/** From the statement of the first write, which stands beside the loop, to the loop's end. */
function regionOf(source: string, root: number, end: number): TextRange | undefined {
  const line = source.lastIndexOf('\n', root) + 1;
  const start = line + (/^[ \t]*/.exec(source.slice(line))?.[0].length ?? 0);
  const isStatement = /^(?:(?:const|let)\s+(?:[\w$]+|\{[^=]*\}|\[[^=]*\])\s*=\s*)?await\s|^for\s*\(/.test(
    source.slice(start, end),
  );
  return isStatement && start < end ? { start, end } : undefined;
}

function awaitBefore(source: string, root: number): number {
  return source.lastIndexOf('await', root);
}

/** Everything that is waited for begins with the root; nothing leaves, and no block ends in which it began. */
function isWhole(text: string, root: string): boolean {
  const code = withoutComments(text);
  const waits = [...code.matchAll(/\bawait\s+((?:this\.)?[\w$]+)(?:\.(\w+))?/g)];
  if (waits.length !== (code.match(/\bawait\b/g)?.length ?? 0)) return false;
  if (waits.some(([, own, called]) => own !== root || /ransaction$|^(?:destroy|\$?disconnect)$/.test(called ?? '')))
    return false;
  // Lines of a template would be moved to the right; `.then` waits for what is not seen.
  if (code.match(/`[^`]*`/g)?.some((template) => template.includes('\n'))) return false;
  if (/\b(?:return|yield|try|throw)\b|\.(?:then|catch|forEach|map)\(/.test(code)) return false;
  let depth = 0;
  for (const sign of code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`/g, '')) {
    if (sign === '{') depth++;
    if (sign === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

function isRootOfAll(source: string, writes: SplitWrites['writes'], root: string): boolean {
  return writes.every(({ chain }) => {
    const start = chain?.rootRange.start ?? 0;
    return new RegExp(`^await\\s+${root.replace(/[.$]/g, '\\$&')}(?![\\w$])`).test(
      source.slice(awaitBefore(source, start), start + root.length + 1),
    );
  });
}
