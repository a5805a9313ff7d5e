import type { Node } from 'web-tree-sitter';
import type { Loop } from '../../nouns/query-site';

/** Functions that call their callback once for each element. */
const eachFunctions =
  /^(?:map|forEach|flatMap|reduce|reduceRight|filter|some|every|find|findIndex|each|eachSeries|eachLimit|eachOf|mapSeries|mapLimit|pMap|pMapSeries|pEach|concurrent)$/;

/** Callbacks of these run later, or once for the program: what is around them says nothing. */
const laterFunctions =
  /^(?:on|once|addListener|addEventListener|get|post|put|patch|delete|use|all|route|it|test|describe|before|after|beforeEach|afterEach|beforeAll|afterAll|setTimeout|setInterval|useCallback|useMemo|useEffect)$/;

const functionTypes = /^(?:arrow_function|function_expression|function|generator_function)$/;
const declarationTypes =
  /^(?:function_declaration|generator_function_declaration|method_definition|class_body|program)$/;

/** Names in the head of a loop that goes through many rows at a time, or tries again. */
const batchElements = /batch|chunk|page|slice|attempt|retr|tries/i;
const batchNames = /batch|chunk|page|cursor|offset|attempt|retr|tries|slice|hasMore|hasNext|lastId|after|backoff/i;

/**
 * The loop that sends the query once per turn: for, while, the callback of map and its like. Chunks, batches, pages and
 * retries are no such loop, nor is a loop over a literal list.
 */
export function enclosingLoop(use: Node, text: string): Loop | undefined {
  let child = use;
  for (let node = use.parent; node !== null; child = node, node = node.parent) {
    if (declarationTypes.test(node.type)) return undefined;
    if (functionTypes.test(node.type)) {
      const callback = callOf(node);
      if (callback === undefined) return undefined;
      const { call, name } = callback;
      if (laterFunctions.test(name)) return undefined;
      if (eachFunctions.test(name) && !isBatchCallback(call, node, text)) {
        return { kind: 'callback', range: { start: headStart(call), end: callHeadEnd(node) } };
      }
      child = node;
      node = call;
      continue;
    }
    const body = node.childForFieldName('body');
    if (body === null || body.id !== child.id) {
      // The condition of `while (await query(…))` runs on every turn too, but such loops fetch batch by batch.
      continue;
    }
    if (!isRepeating(node, body, text)) continue;
    if (node.type === 'for_statement' || node.type === 'for_in_statement') {
      return { kind: 'for', range: { start: node.startIndex, end: trimEnd(text, node.startIndex, body.startIndex) } };
    }
    if (node.type === 'while_statement' || node.type === 'do_statement') {
      return { kind: 'while', range: { start: node.startIndex, end: trimEnd(text, node.startIndex, body.startIndex) } };
    }
  }
  return undefined;
}

function isRepeating(node: Node, body: Node, text: string): boolean {
  switch (node.type) {
    case 'for_in_statement': {
      const right = node.childForFieldName('right');
      const left = node.childForFieldName('left');
      return right?.type !== 'array' && !batchElements.test(`${left?.text} ${right?.text.slice(0, 200)}`);
    }
    case 'for_statement': {
      const condition = node.childForFieldName('condition');
      const increment = node.childForFieldName('increment');
      if (increment === null || condition === null || condition.text.trim() === ';') return !leaves(body.text);
      if (batchNames.test(text.slice(node.startIndex, body.startIndex))) return false;
      return increment.type === 'update_expression' || /[+-]=\s*1$/.test(increment.text.trim());
    }
    case 'while_statement':
    case 'do_statement': {
      const condition = node.childForFieldName('condition')?.text ?? '';
      if (/^\(\s*(?:true|1)\s*\)$/.test(condition)) return !leaves(body.text);
      if (batchNames.test(condition)) return false;
      // `batch = await next()`, `ids.splice(0, 100)`: many rows at a time, or the next page.
      const names = [...condition.matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*/g)].map(([name]) =>
        name.replaceAll('$', '\\$'),
      );
      if (/\.splice\(\s*0\s*,\s*(?!1\s*\))/.test(body.text)) return false;
      return !names.some((name) =>
        new RegExp(`(?<![.\\w$])${name}\\s*(?:=(?![=>])|[+-]=\\s*(?!1\\b))`).test(body.text),
      );
    }
    default:
      return true;
  }
}

function leaves(body: string): boolean {
  return /\b(?:break|return)\b/.test(body);
}

/** The call that a function is an argument of. */
function callOf(callback: Node): { readonly call: Node; readonly name: string } | undefined {
  let list = callback.parent;
  while (list?.type === 'parenthesized_expression') list = list.parent;
  const call = list?.type === 'arguments' ? list.parent : list?.type === 'call_expression' ? list : null;
  if (call === null || call === undefined) return undefined;
  const callee = call.childForFieldName('function') ?? call.childForFieldName('constructor');
  const name = /([\w$]+)\s*$/.exec(callee?.text ?? '')?.[1] ?? '';
  return { call, name };
}

function isBatchCallback(call: Node, callback: Node, text: string): boolean {
  const callee = call.childForFieldName('function');
  const parameters = callback.childForFieldName('parameters') ?? callback.childForFieldName('parameter');
  const receiver = callee === null ? '' : text.slice(callee.startIndex, callee.endIndex);
  if (/^\[/.test(receiver)) return true;
  return batchNames.test(parameters?.text ?? '') || /\b\w*(?:chunk|batch)\w*/i.test(receiver.slice(-120));
}

/** `posts.map(`, on the line of the call's own name when the receiver takes several. */
function headStart(call: Node): number {
  const callee = call.childForFieldName('function');
  const property = callee?.childForFieldName('property');
  if (callee === null || property === null || property === undefined) return call.startIndex;
  return callee.startPosition.row === property.startPosition.row ? callee.startIndex : property.startIndex;
}

/** Up to the callback's arrow or opening brace. */
function callHeadEnd(callback: Node): number {
  const body = callback.childForFieldName('body');
  return body === null
    ? callback.startIndex
    : trimEnd(callback.text, 0, body.startIndex - callback.startIndex) + callback.startIndex;
}

function trimEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}
