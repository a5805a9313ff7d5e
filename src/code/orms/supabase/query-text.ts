/**
 * The small languages of PostgREST's URLs: what `select()` and `or()` take. Values that the program puts into the text stand
 * there as `⟦n⟧`, n their number.
 */

/** One of `select('id, title:name, meta->>kind, total:amount.sum()::text, author:users!inner(name)')`. */
export interface SelectItem {
  readonly alias?: string;
  /** A column, a table, a foreign key's column or name; `*`. */
  readonly name: string;
  /** `->a->>b` */
  readonly path: readonly { readonly arrow: '->' | '->>'; readonly key: string }[];
  readonly aggregate?: string;
  readonly cast?: string;
  readonly embed?: {
    readonly items: readonly SelectItem[];
    /** `!posts_author_id_fkey` */
    readonly hint?: string;
    readonly isInner: boolean;
    /** `...users(name)`: its columns are the row's own. */
    readonly isSpread: boolean;
  };
}

/** Deeper than any program asks. */
const mostDepth = 20;

export function selectItems(text: string, depth = 0): SelectItem[] {
  return split(text, ',').flatMap((part) => item(part.trim(), depth) ?? []);
}

function item(text: string, depth: number): SelectItem | undefined {
  if (text === '' || depth > mostDepth) return undefined;
  const open = text.indexOf('(');
  const isAggregate = /(?:^|[.:])(?:count|sum|avg|min|max)\(\)(?:::[\w ]+)?$/.test(text);
  if (open >= 0 && !isAggregate && text.endsWith(')')) {
    const head = /^(\.\.\.)?(?:([^:!]+):)?([^!]+)((?:![^!]+)*)$/.exec(text.slice(0, open).trim());
    if (!head) return undefined;
    const hints = (head[4] ?? '').split('!').filter((each) => each !== '');
    const hint = hints.find((each) => each !== 'inner' && each !== 'left');
    return {
      ...(head[2] !== undefined && { alias: head[2].trim() }),
      name: (head[3] ?? '').trim(),
      path: [],
      embed: {
        items: selectItems(text.slice(open + 1, -1), depth + 1),
        isInner: hints.includes('inner'),
        isSpread: head[1] !== undefined,
        ...(hint !== undefined && { hint }),
      },
    };
  }
  const match = /^(?:([^:]+?)\s*:(?!:)\s*)?(.*?)(?:::([\w ]+))?$/.exec(text);
  const [, alias, whole = '', cast] = match ?? [];
  const aggregated = /^(?:(.*)\.)?(count|sum|avg|min|max)\(\)$/.exec(whole);
  const { name, path } = column(aggregated ? (aggregated[1] ?? '*') : whole);
  return {
    name,
    path,
    ...(alias !== undefined && { alias }),
    ...(aggregated && { aggregate: aggregated[2] }),
    ...(cast !== undefined && { cast }),
  };
}

/** `meta->size->>unit` */
export function column(text: string): Pick<SelectItem, 'name' | 'path'> {
  const [name = '', ...steps] = text.trim().split(/(?=->)/);
  const path = steps.map((step) => {
    const arrow = step.startsWith('->>') ? ('->>' as const) : ('->' as const);
    return { arrow, key: step.slice(arrow.length) };
  });
  return { name: unquoted(name), path };
}

/** `or('title.ilike.%x%,and(views.gt.10,published.is.true)')` */
export type Logic =
  | { readonly kind: 'and' | 'or'; readonly isNegated: boolean; readonly parts: readonly Logic[] }
  | {
      readonly kind: 'filter';
      readonly isNegated: boolean;
      readonly column: string;
      readonly operator: string;
      readonly value: string;
    };

export function logicParts(text: string, depth = 0): Logic[] {
  return split(text, ',').flatMap((part) => logic(part.trim(), depth) ?? []);
}

function logic(text: string, depth: number): Logic | undefined {
  if (depth > mostDepth) return undefined;
  const group = /^(not\.)?(and|or)\(([\s\S]*)\)$/.exec(text);
  if (group) {
    return {
      kind: group[2] === 'and' ? 'and' : 'or',
      isNegated: group[1] !== undefined,
      parts: logicParts(group[3] ?? '', depth + 1),
    };
  }
  const filter = /^((?:"[^"]*"|[^."])+)\.(not\.)?([a-z]+(?:\([a-z]+\))?)\.([\s\S]*)$/.exec(text);
  if (!filter) return undefined;
  return {
    kind: 'filter',
    column: filter[1] ?? '',
    isNegated: filter[2] !== undefined,
    operator: filter[3] ?? '',
    value: filter[4] ?? '',
  };
}

/** At commas that no bracket, brace or quote holds. */
export function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

export function unquoted(text: string): string {
  return text.replace(/^"([\s\S]*)"$/, '$1').replaceAll('\\"', '"');
}
