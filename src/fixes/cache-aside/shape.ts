import type { RefusedWrap } from '../../code/caches/cache-aside';
import { answersJson, asItIs, ofInstances, type Shape } from './instances';
import { assignedName, namesRead, usesOf } from './result-uses';
import type { SendingCall } from './sending-call';

/** What is kept of what a call gives: rows as plain data, and nothing of what the library keeps beside them. */
export function shapeOf(call: SendingCall, library: string, text: string): Shape | RefusedWrap {
  const called = call.chain.links.at(-1)?.name ?? '';
  switch (library) {
    case 'pg':
    case '@vercel/postgres':
    case '@neondatabase/serverless':
      return picked(call, text);
    case 'knex':
      return /\.raw\(/.test(call.source) ? picked(call, text) : asItIs;
    case 'drizzle':
      // What the driver gives, which is more than rows.
      return called === 'execute' ? picked(call, text) : asItIs;
    case 'prisma':
    case 'kysely':
      return asItIs;
    case 'postgres':
      return listOf(call, text);
    case 'pg-promise':
      return /^(?:result|multi|multiResult)$/.test(called) ? picked(call, text) : asItIs;
    case 'slonik':
      return called === 'query' ? picked(call, text) : asItIs;
    case 'sequelize':
    case 'sequelize-typescript':
      return ofSequelize(call, text);
    default:
      return ofInstances(call, library, text);
  }
}

/** Of a result the rows and their number, which is all that the program reads of it. */
function picked(call: SendingCall, text: string): Shape | RefusedWrap {
  const names = namesRead(call, text);
  const isKnown = names.size > 0 && [...names].every((name) => name === 'rows' || name === 'rowCount');
  if (!isKnown) return { refused: 'More than the rows of its result is used.' };
  const list = [...names].sort().reverse().join(', ');
  return { before: `{ const { ${list} } = await `, after: `; return { ${list} }; }` };
}

/** A list of postgres.js has names beside its rows (`count`, `columns`), which a kept one has not. */
function listOf(call: SendingCall, text: string): Shape | RefusedWrap {
  const more = [...namesRead(call, text)].find((name) => /^(?:count|command|columns|statement|state)$/.test(name));
  if (more !== undefined) return { refused: `More than the rows of its result is used: ${more}.` };
  return { before: '[...(await ', after: ')]' };
}

/** Rows that are instances become plain: only where nobody asks them for more. */
function ofSequelize(call: SendingCall, text: string): Shape | RefusedWrap {
  const { source, chain } = call;
  const called = chain.links.at(-1)?.name ?? '';
  if (called === 'query') {
    return /QueryTypes\.SELECT|\btype:\s*['"]SELECT['"]/.test(source)
      ? asItIs
      : { refused: 'What sequelize.query gives without QueryTypes.SELECT is more than plain rows.' };
  }
  if (/\braw:\s*true\b/.test(source) || /^(?:count|sum|min|max)$/.test(called)) return asItIs;
  const asJson = answersJson(call, text);
  if (asJson) return asJson;
  const variable = assignedName(call, text);
  const isPlain =
    variable !== undefined &&
    usesOf(variable, call, text).every(
      ({ head, tail }) =>
        // A property is read, and not called, set, or read from further.
        /^\??\.[\w$]+(?!\s*(?:\(|\.|\[|[+*/-]?=(?!=)|\?\.|[\w$]))/.test(tail) ||
        (/^\s*\)/.test(tail) && /\bif\s*\(\s*!?\s*$/.test(head)),
    );
  return isPlain
    ? asItIs
    : {
        refused: 'Its rows are models: what is kept of them is plain, and has no methods. Ask for them with raw: true.',
      };
}
