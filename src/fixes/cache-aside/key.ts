import type { RefusedWrap } from '../../code/caches/cache-aside';
import type { Import } from '../../code/facts/facts';
import { askedFrom, rootOf, type SendingCall } from './sending-call';

const words = new Set(
  'async await const function if else in instanceof let new null of return this true false typeof undefined var void'.split(
    ' ',
  ),
);

/** Functions of the language whose answer their arguments decide. */
const pure =
  /^(?:(?:String|Number|BigInt|Boolean|Array|Object|Set|parseInt|parseFloat|isNaN|encodeURIComponent|Buffer|Date)\b|Math\.(?!random)|JSON\.|Array\.|Object\.|Number\.|Buffer\.|Date\.(?!now))/;

/** Parts of queries: `knex.raw(…)`, `Sequelize.fn(…)`, `sql.array(…)`. */
const partOfQuery =
  /(?:^|\.)(?:raw|fn|col|literal|ref|cast|json|sql|join|empty|array|identifier|unsafe|csv|name|and|or|not|ilike|like|exists|count|countAll|sum|avg|max|min|coalesce|val|lit|param|placeholder|relation|In|Not|Like|ILike|Between|MoreThan|MoreThanOrEqual|LessThan|LessThanOrEqual|IsNull|Any|Raw)$/;

const queryPackages =
  /^(?:drizzle-orm|kysely|knex|sequelize|sequelize-typescript|@sequelize\/|@prisma\/|typeorm|@mikro-orm\/|objection|pg-promise|slonik|postgres|pg)(?:\/|$)|\/generated\//;

/**
 * Of the call's own text, what may differ from one call to the next: `req.params.id`, `limit`. Refused where something else decides,
 * too, which nobody would find in the key: the time, chance, a function that knows the user or the tenant.
 */
export function keyOf(
  call: SendingCall,
  local: ReadonlySet<string>,
  imports: readonly Import[],
): { readonly parts: readonly string[] } | RefusedWrap {
  const code = withoutTexts(call.source.slice(Math.max(0, askedFrom(call) - call.range.start)));
  // What an arrow function takes from around it is among the names; `this` of another function is not that of the place.
  if (/\bfunction\b/.test(code)) return { refused: 'What it asks for is put together by a function.' };
  if (/\bawait\b/.test(code)) return { refused: 'It waits for what it asks for: put that into a variable first.' };
  // What is in a regular expression is not told from a text.
  if (/[(,=:[]\s*\/(?![/*])/.test(code)) return { refused: 'A regular expression is among what it asks for.' };
  const time = /\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|\bDate\.now\b|\b(?:performance|process\.hrtime)\b/.exec(code);
  if (time) return { refused: 'It asks for the time: each answer is another one.' };
  const given = parametersIn(code);
  const parts = new Set<string>();
  for (const found of code.matchAll(
    /(?<![\w$]|(?<!\.\.)\.)([A-Za-z_$][\w$]*)((?:\??\.[A-Za-z_$][\w$]*)*)(\s*[(:]?)/g,
  )) {
    const [, root = '', path = '', next = ''] = found;
    if (words.has(root) && root !== 'this') continue;
    // `{ where: … }`; a shorthand has no colon, and of `a ? b : c` the names stand for themselves.
    if (next.trim() === ':' && path === '' && /[{,]\s*$/.test(code.slice(0, found.index))) continue;
    const isCall = next.trim() === '(';
    if (!local.has(root)) {
      const from = imports.find((one) => one.local === root)?.from ?? '';
      const isPart =
        given.has(root) || queryPackages.test(from) || partOfQuery.test(root + path) || root === rootOf(call);
      if (isCall && !pure.test(root + path) && (root === 'this' ? !partOfQuery.test(path) : !isPart)) {
        return { refused: `It asks ${root}${path}() for what it depends on: put that into a variable first.` };
      }
      if (root === 'this' && path !== '' && !isCall) parts.add(`this${path}`);
      continue;
    }
    // What is called is a method of what decides: `ids.join(',')`.
    parts.add(root + (isCall ? path.replace(/\??\.[^.]*$/, '') : path));
  }
  return { parts: [...parts] };
}

/** `(eb) =>`, `({ fn, eq }) =>`, `row =>` */
function parametersIn(code: string): ReadonlySet<string> {
  const lists = [...code.matchAll(/(?:\(([^()]*)\)|([\w$]+))\s*=>/g)].map(([, list, one]) => list ?? one ?? '');
  return new Set(lists.flatMap((list) => list.match(/[A-Za-z_$][\w$]*/g) ?? []));
}

/** With blanks in the place of texts, but for what stands in `${…}` of templates. */
function withoutTexts(source: string): string {
  let code = '';
  const open: string[] = [];
  for (let i = 0; i < source.length; i++) {
    const sign = source[i] ?? '';
    const inside = open.at(-1);
    if (inside === "'" || inside === '"' || inside === '`') {
      if (sign === '\\') i++;
      else if (sign === inside) open.pop();
      else if (inside === '`' && sign === '$' && source[i + 1] === '{') {
        open.push('${');
        i++;
        code += ' (';
        continue;
      }
      code += ' ';
      continue;
    }
    if (sign === "'" || sign === '"' || sign === '`') open.push(sign);
    else if (sign === '{') open.push('{');
    else if (sign === '}') {
      if (open.pop() === '${') {
        code += ') ';
        continue;
      }
    } else if (source.startsWith('//', i)) {
      const end = source.indexOf('\n', i);
      i = end < 0 ? source.length : end;
      code += '\n';
      continue;
    } else if (source.startsWith('/*', i)) {
      i = Math.max(i, source.indexOf('*/', i) + 1);
      continue;
    }
    code += /['"`]/.test(sign) ? ' ' : sign;
  }
  return code;
}
