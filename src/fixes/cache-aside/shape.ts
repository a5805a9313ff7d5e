import type { RefusedWrap, WrappedRead } from '../../code/caches/cache-aside';
import type { SendingCall } from './wraps';

type Shape = Pick<WrappedRead, 'before' | 'after'>;

const asItIs: Shape = { before: '', after: '' };

/** What is kept of what a call gives: rows as plain data, and nothing of what the library keeps beside them. */
export function shapeOf(call: SendingCall, library: string, text: string): Shape | RefusedWrap {
  switch (library) {
    case 'pg':
    case '@vercel/postgres':
    case '@neondatabase/serverless':
      return picked(call, text);
    case 'knex':
      return /\.raw\(/.test(call.source) ? picked(call, text) : asItIs;
    case 'prisma':
    case 'kysely':
    case 'drizzle':
      return asItIs;
    case 'sequelize':
    case 'sequelize-typescript':
      return ofSequelize(call, text);
    default:
      return { refused: `What ${library} gives is more than plain rows: keep what is made of it instead.` };
  }
}

/** Of a result the rows and their number, which is all that the program reads of it. */
function picked({ range, facts }: SendingCall, text: string): Shape | RefusedWrap {
  const before = text.slice(0, range.start);
  const after = text.slice(range.end);
  const names = new Set<string>();
  const pattern = /(?:const|let|var)\s*\{([^=]*)\}\s*(?::[^=]*)?=\s*(?:await\s*)$/.exec(before)?.[1];
  const variable = /(?:const|let|var)\s+([\w$]+)\s*(?::[^=]*)?=\s*await\s*$/.exec(before)?.[1];
  if (pattern !== undefined) {
    for (const [, name = ''] of topLevel(pattern).matchAll(/(?:^|,)\s*([\w$]+|\.\.\.)/g)) names.add(name);
  } else if (/\(\s*await\s*$/.test(before)) {
    names.add(/^\s*\)\s*\??\.\s*([\w$]+)/.exec(after)?.[1] ?? '');
  } else if (variable !== undefined) {
    const rest = text.slice(range.end, facts.range.end);
    const uses = [
      ...rest.matchAll(new RegExp(`(?<![\\w$.])${variable.replaceAll('$', '\\$')}(?![\\w$])(\\??\\.([\\w$]+))?`, 'g')),
    ];
    for (const [, , name = ''] of uses) names.add(name);
  } else names.add('');
  const isKnown = names.size > 0 && [...names].every((name) => name === 'rows' || name === 'rowCount');
  if (!isKnown) return { refused: 'More than the rows of its result is used.' };
  const list = [...names].sort().reverse().join(', ');
  return { before: `{ const { ${list} } = await `, after: `; return { ${list} }; }` };
}

/** Without what is in deeper brackets: `rows: [post]` → `rows: ` */
function topLevel(pattern: string): string {
  let text = pattern;
  for (let last = ''; text !== last; ) {
    last = text;
    text = text.replace(/\[[^[\]{}]*\]|\{[^[\]{}]*\}/g, '');
  }
  return text;
}

/** Rows that are instances become plain: only where nobody asks them for more. */
function ofSequelize({ source, range, facts, chain }: SendingCall, text: string): Shape | RefusedWrap {
  const called = chain.links.at(-1)?.name ?? '';
  if (called === 'query') {
    return /QueryTypes\.SELECT|\btype:\s*['"]SELECT['"]/.test(source)
      ? asItIs
      : { refused: 'What sequelize.query gives without QueryTypes.SELECT is more than plain rows.' };
  }
  if (/\braw:\s*true\b/.test(source) || /^(?:count|sum|min|max)$/.test(called)) return asItIs;
  const before = text.slice(0, range.start);
  if (/\.(?:json|send)\(\s*await\s*$/.test(before)) return asItIs;
  const variable = /(?:const|let|var)\s+([\w$]+)\s*(?::[^=]*)?=\s*await\s*$/.exec(before)?.[1];
  const why = {
    refused: 'Its rows are models: what is kept of them is plain, and has no methods. Ask for them with raw: true.',
  };
  if (variable === undefined) return why;
  const rest = text.slice(range.end, facts.range.end);
  const name = variable.replaceAll('$', '\\$');
  const uses = [...rest.matchAll(new RegExp(`(?<![\\w$.])${name}(?![\\w$])`, 'g'))];
  const isPlain = uses.every(({ index }) => {
    const [head, tail] = [rest.slice(0, index), rest.slice(index + variable.length)];
    // A property is read, and not called, set, or read from further.
    if (/^\??\.[\w$]+(?!\s*(?:\(|\.|\[|[+*/-]?=(?!=)|\?\.|[\w$]))/.test(tail)) return true;
    if (/^\s*\)/.test(tail) && /(?:\.(?:json|send)\(|\bif\s*\(\s*!?)\s*$/.test(head)) return true;
    return false;
  });
  return isPlain ? asItIs : why;
}
