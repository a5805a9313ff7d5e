import type { RefusedWrap, WrappedRead } from '../../code/caches/cache-aside';
import { assignedName, type NameUse, usesOf } from './result-uses';
import type { SendingCall } from './sending-call';

export type Shape = Pick<WrappedRead, 'before' | 'after'>;

export const asItIs: Shape = { before: '', after: '' };

interface Instances {
  /** Calls that give numbers or plain rows. */
  readonly plain: RegExp;
  readonly refused: string;
  /** Calls that give undefined where there is no row, which JSON has not. */
  readonly orUndefined?: RegExp;
}

/** Libraries whose rows are objects of classes. */
const libraries: Readonly<Record<string, Instances>> = {
  typeorm: {
    plain:
      /^(?:query|getRawMany|getRawOne|getCount|count|countBy|exists?|existsBy|getExists|sum|average|minimum|maximum)$/,
    refused:
      'Its rows are entities, which have methods and are known to their repository: keep what is made of them, or ask for getRawMany().',
  },
  'mikro-orm': {
    plain: /^(?:count|getCount|execute)$/,
    refused:
      'Its rows are entities, which the EntityManager knows and would miss: keep what is made of them, or ask by execute().',
  },
  objection: {
    plain: /^resultSize$/,
    refused: 'Its rows are models, which have methods: keep what is made of them, as toJSON() gives it.',
    orUndefined: /^(?:findById|findOne|first)$/,
  },
  bookshelf: {
    plain: /^count$/,
    refused: 'Its rows are models, which are read by get(): keep what is made of them, as toJSON() gives it.',
  },
};

/** Plain where the call says so, or what goes out as JSON; else refused. */
export function ofInstances(call: SendingCall, library: string, text: string): Shape | RefusedWrap {
  const known = libraries[library];
  if (!known) return { refused: `What ${library} gives is more than plain rows: keep what is made of it instead.` };
  if (known.plain.test(call.chain.links.at(-1)?.name ?? '')) return asItIs;
  const isSure = !call.chain.links.some(({ name }) => known.orUndefined?.test(name)) || isAskedFirst(call, text);
  return (isSure ? answersJson(call, text) : undefined) ?? { refused: known.refused };
}

/**
 * Instances that go out as JSON and nowhere else are kept as that JSON, once `toJSON()` of their classes has left out what
 * nobody is to see. Undefined where something else is done with them.
 */
export function answersJson(call: SendingCall, text: string): Shape | undefined {
  const before = text.slice(0, call.range.start);
  const variable = assignedName(call, text);
  const goesOut =
    /(?:\.(?:json|jsonp|send)\(|\b(?:ctx|context)\.body\s*=)\s*await\s*$/.test(before) ||
    (variable !== undefined && goesOutOnly(usesOf(variable, call, text)));
  return goesOut ? { before: 'JSON.parse(JSON.stringify((await ', after: ') ?? null))' } : undefined;
}

function goesOutOnly(uses: readonly NameUse[]): boolean {
  return uses.length > 0 && uses.every((use) => isAnswer(use) || isQuestion(use) || isKey(use));
}

/** `res.json(post)`, `res.json({ post, data: post, count: posts.length })` */
function isAnswer({ head, tail }: NameUse): boolean {
  if (/\.(?:json|jsonp|send)\(\s*$/.test(head)) return /^\s*\)/.test(tail);
  if (/\b(?:ctx|context)\.body\s*=\s*$/.test(head)) return /^\s*(?:;|$)/m.test(tail);
  return /\.(?:json|jsonp|send)\(\s*(?=\{)[^()]*[{,:]\s*$/.test(head) && /^(?:\??\.length)?\s*[,}]/.test(tail);
}

/** `if (!post)` */
function isQuestion({ head, tail }: NameUse): boolean {
  return /\bif\s*\(\s*!?\s*$/.test(head) && /^\s*\)/.test(tail);
}

/** `{ post: … }` */
function isKey({ head, tail }: NameUse): boolean {
  return /[{,]\s*$/.test(head) && /^\s*:/.test(tail);
}

/** Whether the row is there is asked before anything is done with it. */
function isAskedFirst(call: SendingCall, text: string): boolean {
  const variable = assignedName(call, text);
  const [first] = variable === undefined ? [] : usesOf(variable, call, text);
  return first !== undefined && isQuestion(first) && /!\s*$/.test(first.head);
}
