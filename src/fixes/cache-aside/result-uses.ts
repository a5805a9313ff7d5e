import type { SendingCall } from './sending-call';

/** Where the program uses a name: what stands before it and behind it. */
export interface NameUse {
  readonly head: string;
  readonly tail: string;
}

/** `rows` of `const rows = await pool.query(…)` */
export function assignedName({ range }: SendingCall, text: string): string | undefined {
  return /(?:const|let|var)\s+([\w$]+)\s*(?::[^=]*)?=\s*await\s*$/.exec(text.slice(0, range.start))?.[1];
}

/** In the rest of the function. */
export function usesOf(name: string, { range, facts }: SendingCall, text: string): NameUse[] {
  const rest = text.slice(range.end, facts.range.end);
  const pattern = new RegExp(`(?<!(?<!\\.\\.)\\.|[\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g');
  return [...rest.matchAll(pattern)].map(({ index }) => ({
    head: rest.slice(0, index),
    tail: rest.slice(index + name.length),
  }));
}

/** The properties that are read of what a call gives; '' for what is used whole. */
export function namesRead(call: SendingCall, text: string): ReadonlySet<string> {
  const before = text.slice(0, call.range.start);
  const pattern = /(?:const|let|var)\s*\{([^=]*)\}\s*(?::[^=]*)?=\s*(?:await\s*)$/.exec(before)?.[1];
  if (pattern !== undefined) {
    return new Set([...topLevel(pattern).matchAll(/(?:^|,)\s*([\w$]+|\.\.\.)/g)].map(([, name = '']) => name));
  }
  if (/\(\s*await\s*$/.test(before)) {
    return new Set([/^\s*\)\s*\??\.\s*([\w$]+)/.exec(text.slice(call.range.end))?.[1] ?? '']);
  }
  const variable = assignedName(call, text);
  if (variable === undefined) return new Set(['']);
  return new Set(usesOf(variable, call, text).map(({ tail }) => /^\??\.([\w$]+)/.exec(tail)?.[1] ?? ''));
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
