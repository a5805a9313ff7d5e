import type { RefusedWrap } from '../../code/caches/cache-aside';
import { askedFrom, type SendingCall } from './sending-call';

const words = new Set(
  'async await const function if else in instanceof let new null of return this true false typeof undefined var void'.split(
    ' ',
  ),
);

/** Of the call's own text, what may differ from one call to the next: `req.params.id`, `limit`. */
export function keyOf(
  call: SendingCall,
  local: ReadonlySet<string>,
): { readonly parts: readonly string[] } | RefusedWrap {
  const code = withoutTexts(call.source.slice(Math.max(0, askedFrom(call) - call.range.start)));
  // What an arrow function takes from around it is among the names; `this` of another function is not that of the place.
  if (/\bfunction\b/.test(code)) return { refused: 'What it asks for is put together by a function.' };
  // What is in a regular expression is not told from a text.
  if (/[(,=:[]\s*\/(?![/*])/.test(code)) return { refused: 'A regular expression is among what it asks for.' };
  const parts = new Set<string>();
  for (const found of code.matchAll(
    /(?<![\w$]|(?<!\.\.)\.)([A-Za-z_$][\w$]*)((?:\??\.[A-Za-z_$][\w$]*)*)(\s*[(:]?)/g,
  )) {
    const [, root = '', path = '', next = ''] = found;
    if (root === 'this') {
      if (path !== '') parts.add(`this${path}`);
      continue;
    }
    if (words.has(root)) continue;
    // `{ where: … }`; a shorthand has no colon, and of `a ? b : c` the names stand for themselves.
    const isKey = next.trim() === ':' && path === '' && /[{,]\s*$/.test(code.slice(0, found.index));
    if (isKey || !local.has(root)) continue;
    // What is called is a method of what decides: `ids.join(',')`.
    const called = next.trim() === '(' ? path.replace(/\??\.[^.]*$/, '') : path;
    parts.add(root + called);
  }
  return { parts: [...parts] };
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
