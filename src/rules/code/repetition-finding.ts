import type { QueryPlace, Repetition } from '../../code/calls/repetition';
import { isTemplate } from '../../code/file-roles';
import type { Json, RelatedPlace, Severity } from '../../nouns/finding';
import type { TextRange } from '../../nouns/text-range';
import { formatCount, formatCounted, formatMs } from '../../plan/format';
import type { CodeContext, LocatedFinding, QueryNumbers } from '../code-rule';
import { callRange } from './located';
import { groupRepetitions, type RepetitionGroup } from './repetition-groups';

/** So much each query costs besides its work on the server, in ms: a round trip inside one data centre. */
const roundTripMs = 0.5;
/** A loop that takes less than this in all is not worth a warning, in ms. */
const shortMs = 5;
/** From here on everybody waits, whatever the query asks for, in ms. */
const longMs = 100;
/** Fewer rows than this are no N. */
const fewRows = 3;
const mostRelated = 8;

/** The findings of the groups whose main query is of this kind. `advise` says what to write instead. */
export function repetitionFindings(
  context: CodeContext,
  rule: string,
  kind: Repetition['kind'],
  advise: (repetition: Repetition) => string,
): LocatedFinding[] {
  const groups = groupRepetitions(context.facts.repetitions, (uri) => context.isQuiet(uri));
  return groups.flatMap((group) => {
    const { main } = group;
    if (main.kind !== kind || !isWorthAWord(main) || isTold(main, context)) return [];
    const numbers = numbersOf(main, context.numbers);
    if (numbers && numbers.rows < fewRows) return [];
    const severity = severityOf(main, context, numbers);
    const message = `${whatHappens(group)}${numbersText(numbers)}; ${advise(main)}.${reasonText(main)}${copiesText(group)}`;
    const place = placeOf(main);
    return [
      {
        uri: place.uri,
        weight: weightOf(main, severity, numbers),
        repetition: main,
        finding: {
          rule,
          severity,
          confidence: main.keys.some(({ rowPath }) => rowPath) || kind === 'lazy' ? 'likely' : 'hint',
          message,
          range: place.range,
          evidence: evidenceOf(group, numbers),
          fixes: [],
          related: relatedOf(group),
        },
      },
    ];
  });
}

/** Where the loop reads on. A template is shown what it is given: its rows are mended where they are asked for. */
function placeOf({ loop, steps }: Repetition): { readonly uri: string; readonly range: TextRange } {
  const rows = loop.over?.query;
  if (rows && rows.uri !== loop.uri && isTemplate(loop.uri)) return { uri: rows.uri, range: callRange(rows) };
  return { uri: loop.uri, range: steps[1]?.range ?? loop.headRange };
}

/** SQL text in the loop itself: the text rule query-in-loop tells it while one types. */
function isTold({ inner, depth, kind }: Repetition, context: CodeContext): boolean {
  if (inner.site?.loop === undefined || depth > 0 || kind === 'same query') return false;
  return context.isTold?.(inner.site) ?? true;
}

/**
 * What the code says is meant turn by turn; a transaction for each turn, or a turn that needs the one before. What a turn
 * writes once a file or another service has answered keeps what is done already.
 */
function isWorthAWord({ reason, kind, waitsForOther }: Repetition): boolean {
  if (kind === 'write' && waitsForOther) return false;
  return reason === undefined || reason.by === 'comment' || reason.by === 'hooks';
}

export interface RepetitionNumbers {
  readonly rows: number;
  /** Of one inner query. */
  readonly ms?: number;
}

function numbersOf({ loop, inner }: Repetition, numbers: QueryNumbers | undefined): RepetitionNumbers | undefined {
  const outer = loop.over?.query?.sql[0];
  const rows = outer === undefined || (loop.over?.path.length ?? 0) > 0 ? undefined : numbers?.rowsOf(outer);
  if (rows === undefined) return undefined;
  const times = inner.sql.map((sql) => numbers?.timeOf(sql));
  const isKnown = times.length > 0 && times.every((ms) => ms !== undefined);
  return { rows, ...(isKnown ? { ms: times.reduce<number>((sum, ms) => sum + (ms ?? 0), 0) } : {}) };
}

function severityOf(main: Repetition, context: CodeContext, numbers: RepetitionNumbers | undefined): Severity {
  if (context.isQuiet(main.loop.uri)) return 'hint';
  // A turn for many rows, such as one for each kind of thing.
  if (main.reason || main.isByList) return 'info';
  // Beside a file or another service the query is the lesser wait; for a job nobody waits, and a start is once.
  if (main.waitsForOther || main.isAtStartUp || context.isBackground(main.loop.uri)) return 'info';
  const total = numbers?.ms === undefined ? undefined : numbers.rows * (numbers.ms + roundTripMs);
  if (total !== undefined && total < shortMs) return 'info';
  if (total !== undefined && total >= longMs) return 'warning';
  // Other values for each of a list that a caller gives, which is short as a rule.
  if (/^(?:update|upsert)$/.test(main.inner.operation) && !main.loop.over?.query) return 'info';
  const isClear = main.kind === 'lazy' || main.kind === 'write' || main.keys.length > 0;
  return isClear ? 'warning' : 'info';
}

function weightOf(main: Repetition, severity: Severity, numbers: RepetitionNumbers | undefined): number {
  const base = { error: 1000, warning: 100, info: 10, hint: 1 }[severity];
  if (numbers) return base * numbers.rows * ((numbers.ms ?? 0) + roundTripMs);
  return base / (1 + main.depth / 10);
}

/** `Author.findByPk is sent once for each post of Post.findAll (listPosts → toJSON → Author.findByPk, 1 call deep)` */
function whatHappens({ main, alsoSends }: RepetitionGroup): string {
  const { inner, depth, steps } = main;
  const path = steps.map(({ name }) => name).join(' → ');
  const way = depth === 0 ? '' : ` (${path}, ${formatCounted(depth, 'call')} deep)`;
  const more = formatCounted(alsoSends.length, 'more query', 'more queries');
  const sent = alsoSends.length > 0 ? ` and ${more} are sent` : main.kind === 'lazy' ? ' is loaded' : ' is sent';
  return `${inner.name}${sent} once for each ${turnsOf(main)}${way}${paceText(main)}`;
}

/** `post of Post.findAll`, `turn of this loop`, `level of listTree` */
function turnsOf({ loop, isRecursive }: Repetition): string {
  if (loop.kind === 'recursion') return 'level of the recursion';
  if (isRecursive) return 'node of the tree';
  const row = loop.rowName === '' ? (loop.over?.query ? 'row' : 'turn') : loop.rowName;
  if (loop.kind === 'field resolver') return `${row === 'turn' ? 'row' : row} of a list that asks for this field`;
  if (loop.over?.query) return `${row} of ${[loop.over.query.name, ...loop.over.path].join(' → ')}`;
  return loop.rowName === '' || loop.kind === 'for' ? 'turn of the loop' : `${loop.rowName} of the loop`;
}

function paceText({ pace, loop }: Repetition): string {
  if (loop.kind === 'recursion' || loop.kind === 'field resolver' || pace === 'one by one') return '';
  return pace === 'in parallel' ? ', all at the same time' : ', and nothing waits for them';
}

function numbersText(numbers: RepetitionNumbers | undefined): string {
  if (!numbers) return '';
  const { rows, ms } = numbers;
  const times = ms === undefined ? `≈ ${formatCounted(rows, 'row')}` : `≈ ${formatCount(rows)} × ${formatMs(ms)}`;
  return `: ${times}, and 1 query instead of ${formatCount(rows + 1)}`;
}

function reasonText({ reason }: Repetition): string {
  if (!reason) return '';
  const text = reason.text.replace(/\s+/g, ' ').trim();
  return ` It may be meant: “${text.length > 80 ? `${text.slice(0, 79)}…` : text}”.`;
}

function copiesText({ copies }: RepetitionGroup): string {
  const files = new Set(copies.map(({ loop }) => loop.uri)).size;
  return files === 0 ? '' : ` The same stands in ${formatCounted(files, 'other file')}.`;
}

function evidenceOf({ main, alsoSends, alsoFrom }: RepetitionGroup, numbers?: RepetitionNumbers): Record<string, Json> {
  return {
    path: main.steps.map(({ name }) => name),
    depth: main.depth,
    loop: main.loop.kind,
    loopStart: main.loop.headRange.start,
    loopEnd: main.loop.headRange.end,
    pace: main.pace,
    ...(main.inner.sql[0] === undefined ? {} : { query: main.inner.sql[0] }),
    ...(main.association ? { association: main.association.association.name } : {}),
    ...(alsoSends.length > 0 ? { otherQueries: alsoSends.length } : {}),
    ...(alsoFrom.length > 0 ? { otherLoops: alsoFrom.length } : {}),
    ...(numbers ? { rows: numbers.rows } : {}),
    ...(numbers?.ms === undefined ? {} : { msEach: numbers.ms }),
  };
}

function relatedOf({ main, alsoSends, alsoFrom, copies }: RepetitionGroup): RelatedPlace[] {
  const { loop, steps, inner } = main;
  const head = { uri: loop.uri, range: loop.headRange, message: 'The loop.' };
  const rows = loop.over?.query;
  const outer = [...(rows ? [rows] : []), ...(loop.over?.otherQueries ?? [])].map((query) =>
    asPlace(query, `Its rows come from ${query.name}.`),
  );
  const way = steps.slice(2, -1).map(({ uri, range, name }) => ({ uri, range, message: `Then ${name}.` }));
  const query = main.depth === 0 ? [] : [asPlace(inner, `${inner.name} sends the query.`)];
  const others = alsoSends.map((one) => asPlace(one, `${one.name} is sent as well.`));
  const loops = [...alsoFrom, ...copies].map((one) => {
    const path = one.steps.map(({ name }) => name).join(' → ');
    return { uri: one.loop.uri, range: one.steps[1]?.range ?? one.loop.headRange, message: `The same in ${path}.` };
  });
  return [head, ...outer, ...way, ...query, ...others, ...loops].slice(0, mostRelated);
}

function asPlace({ uri, range }: QueryPlace, message: string): RelatedPlace {
  return { uri, range, message };
}
