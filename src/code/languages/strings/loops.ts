import type { Node } from 'web-tree-sitter';
import type { Loop } from '../../../nouns/query-site';
import type { TextRange } from '../../../nouns/text-range';
import type { StringSyntax } from './syntax';

/** Loops that run few times, that go on for ever, or whose turns take many rows at once. */
const fewTurns = new RegExp(
  [
    /\b(?:retr(?:y|ies)|attempts?|tries|backoff)\w*\b/,
    // Tables, schemas and versions are few, and each is a statement of its own.
    /\b\w*(?:tables?|schemas?|migrations?)\b|\b(?:\w*_)?(?:ver|versions?)\b|\w*Versions?\b/,
    // Many rows for each turn, and keyset loops.
    /(?:batch|chunk)(?:[A-Z_]\w*|e?s|d)?\b|\beach_slice\b|\boffset\b|\b(?:has|next)_?(?:next|more|page)\w*|\bpage_?(?:no|num\w*|size|token)\b/,
    /\b(?:prev(?:ious)?|last|next)_?\w*_?id\b|^while\s*\(?\s*cursor\b/,
    /^(?:for|loop)\s*$|^while\s*\(?\s*(?:true|1)\s*\)?\s*:?\s*$|^for\s*\(\s*;\s*;\s*\)\s*$/,
    // range(0, n, size); i < 3
    /\brange\([^()]*,[^()]*,[^()]*\)|(?:[<>]=?|\.\.=?|\brange\()\s*\d\b(?![\w.])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** A list that is written out: `for name in ["users", "posts"]`, `[]string{"users"}`, `(1..3)`. */
const writtenList =
  /(?:\bin|\bof|:=\s*range|:|\bforeach\s*\(|^)\s*&?(?:\[[^\]]*\](?:\w*\{[^}]*\})?|\(\s*['"][^()]*\)|%[wi]\[[^\]]*\])\s*(?:\.\w+|\)?\s*:?\s*$|\s+as\b)/;

/** Calls that run the function that they take once, in the same turn. */
const runsOnce = /transaction|^(?:execute\w*|run\w*|submit|spawn|go|supplyAsync|retry\w*|with\w*|use|synchronize)$/i;

/** The loop that runs what stands there once for each turn. */
export function loopAround(use: Node, text: string, syntax: StringSyntax): Loop | undefined {
  const { loops, functionNodes } = syntax;
  let leaves = false;
  for (let node = use.parent; node !== null; node = node.parent) {
    if (/^return(?:_statement|_expression)?$/.test(node.type)) leaves = true;
    const found = loopOf(node, use, syntax);
    if (found !== undefined) {
      const head = text.slice(found.range.start, found.range.end);
      const isMany = !leaves && !fewTurns.test(head) && !writtenList.test(head);
      if (isMany) return found;
      if (loops.callbacks.test(node.type)) leaves = false;
      continue;
    }
    // What it returns goes to whoever calls it, and nobody knows how often.
    if (loops.callbacks.test(node.type) && isRunOnce(node, syntax)) leaves = false;
    else if (functionNodes.test(node.type) || loops.callbacks.test(node.type)) return undefined;
  }
  return undefined;
}

function loopOf(node: Node, use: Node, syntax: StringSyntax): Loop | undefined {
  const { loops } = syntax;
  const kind = loops.nodes[node.type];
  if (kind !== undefined) {
    const body = node.childForFieldName('body');
    if (body === null || use.startIndex < body.startIndex || use.endIndex > body.endIndex) return undefined;
    return { kind, range: trimmed(node.startIndex, body.startIndex, node) };
  }
  const comprehension = loops.comprehension?.(node);
  if (comprehension !== undefined) {
    const { body, head } = comprehension;
    const isInside = body.startIndex <= use.startIndex && use.endIndex <= body.endIndex;
    return isInside ? { kind: 'for', range: { start: head.startIndex, end: head.endIndex } } : undefined;
  }
  if (!loops.callbacks.test(node.type)) return undefined;
  const call = callTaking(node, syntax);
  if (call === undefined || !loops.iterates(call)) return undefined;
  const body = node.childForFieldName('body');
  return { kind: 'callback', range: trimmed(call.whole.startIndex, body?.startIndex ?? node.endIndex, call.whole) };
}

/** `DB::transaction(function () { … })`, `go func() { … }()` */
function isRunOnce(callback: Node, syntax: StringSyntax): boolean {
  if (callback.parent?.childForFieldName('function')?.id === callback.id) return true;
  const call = callTaking(callback, syntax);
  return call !== undefined && runsOnce.test(call.name.text);
}

/** The call that a callback or a block is handed to. */
function callTaking(callback: Node, syntax: StringSyntax) {
  let node = callback.parent;
  for (let steps = 0; node !== null && steps < 3; steps++, node = node.parent) {
    const call = syntax.call(node);
    if (call !== undefined) return call;
  }
  return undefined;
}

/** The head without what stands between it and the body: a brace, a space. */
function trimmed(start: number, end: number, whole: Node): TextRange {
  const head = whole.text.slice(Math.max(0, start - whole.startIndex), end - whole.startIndex);
  return { start, end: start + head.replace(/[\s{:]+$/, '').length };
}
