import type { JudgedCheck } from '../../analysis/guide/guide';
import { notesOfFix } from '../../analysis/health-report/fix-texts';
import { escaped } from '../../analysis/health-report/html-parts';
import type { Conclusion } from '../../guide/troubleshooting/diagnosis';
import type { Evidence, FactEvidence, GuideFix, TableEvidence } from '../../nouns/check';
import { formatAge } from '../../plan/format-age';
import { type FixArgument, fixWords, stateWords } from './check-words';

/** A place in the workspace's files as people know it, and what opens it. */
export interface PagePlace {
  /** `src/posts.ts:12` */
  readonly place: string;
  readonly message: string;
  readonly uri: string;
  readonly offset: number;
}

export interface CheckPageContent {
  readonly title: string;
  /** Whose statistics: `blog@localhost`. */
  readonly database?: string;
  /** ISO 8601. */
  readonly now: string;
  readonly checks: readonly (JudgedCheck & { readonly placed: readonly PagePlace[] })[];
  /** The page of docs/guide. */
  readonly docs?: string;
  /** Of checks that were asked to find out what is wrong. */
  readonly conclusion?: Conclusion;
}

/** The page's body: what each check says, what decided it, what is missing, where, and what to do. Nothing in it is a script. */
export function checkHtml({ title, database, now, checks, docs, conclusion }: CheckPageContent): string {
  const of = database === undefined ? '' : `<p class="aside">${escaped(database)}</p>`;
  const more = docs === undefined ? '' : `<p>${link('planlight.openGuidePage', docs, 'What is asked, and why')}</p>`;
  return `<main><h1>${escaped(title)}</h1>${of}${conclusion ? conclusionHtml(conclusion) : ''}${checks.map((one) => checkSection(one, now)).join('')}${more}</main>`;
}

function conclusionHtml({ says, causes, missing }: Conclusion): string {
  const items = causes.map((cause) => `<li>${escaped(cause.says)} ${escaped(cause.advice)}</li>`);
  const list = items.length === 0 ? '' : `<h3>What was found, the likeliest cause first</h3><ol>${items.join('')}</ol>`;
  const unseen = missing.map((sentence) => `<p class="missing">${escaped(sentence)}</p>`).join('');
  return `<section><h2>Conclusion</h2><p class="says">${escaped(says)}</p>${list}${unseen}</section>`;
}

type PageCheck = CheckPageContent['checks'][number];

function checkSection({ check, result, judgedAt, placed }: PageCheck, now: string): string {
  const { state, says, evidence = [], missing = [], fixes = [] } = result;
  const argument = { check: check.id };
  const again = link('planlight.runChecks', argument, 'Check again', 'button');
  return `<section>
<h2><span class="state ${state.replace(' ', '-')}">${stateWords[state]}</span> ${escaped(check.title)}</h2>
<p class="says">${escaped(says)}</p>
${missing.map((sentence) => `<p class="missing">${escaped(sentence)}</p>`).join('')}
${fixesHtml(check.id, fixes)}
${evidenceHtml(evidence)}
${placesHtml(placed)}
<p class="aside">Checked ${formatAge(judgedAt, now)}. ${again}</p>
</section>`;
}

function fixesHtml(check: string, fixes: readonly GuideFix[]): string {
  if (fixes.length === 0) return '';
  const items = fixes.map((fix, at) => {
    const argument: FixArgument = { check, title: fix.title, at };
    const texts = [...textsOf(fix)].map((text) => `<pre>${escaped(text)}</pre>`).join('');
    const notes = notesOf(fix).map((text) => `<p class="aside">${escaped(text)}</p>`);
    const button = link('planlight.applyGuideFix', argument, fixWords[fix.kind], 'button');
    return `<li><h4>${escaped(fix.title)}</h4>${texts}${notes.join('')}<p>${button}</p></li>`;
  });
  return `<h3>What to do</h3><ul class="fixes">${items.join('')}</ul>`;
}

/** What would be run or written; of files only their names, since they open before they are saved. */
function textsOf(fix: GuideFix): string[] {
  switch (fix.kind) {
    case 'index':
      return [[fix.needs, fix.concurrently].filter((sql) => sql !== undefined).join(';\n')];
    case 'statement':
    case 'setting':
      return [fix.sql];
    case 'command':
      return [fix.command];
    case 'file':
      return [fix.files.map(({ path }) => path).join('\n')];
    case 'edit':
    case 'maintenance':
      return [];
  }
}

function notesOf(fix: GuideFix): string[] {
  const change = fix.kind === 'setting' ? [`Now ${fix.from}, then ${fix.to}; it takes effect ${fix.takesEffect}.`] : [];
  return [...change, ...notesOfFix(fix)];
}

function evidenceHtml(evidence: readonly Evidence[]): string {
  if (evidence.length === 0) return '';
  const facts = evidence.filter((one): one is FactEvidence => one.kind === 'fact');
  const rows = facts.map(({ label, value, source }) => {
    const from = source === undefined ? '' : ` <span class="aside">(${linked(source)})</span>`;
    return `<dt>${escaped(label)}</dt><dd>${escaped(value)}${from}</dd>`;
  });
  const list = rows.length === 0 ? '' : `<dl>${rows.join('')}</dl>`;
  const tables = evidence.filter((one): one is TableEvidence => one.kind === 'table' && one.rows.length > 0);
  return `<h3>What decided it</h3>${list}${tables.map(tableHtml).join('')}`;
}

function tableHtml({ title, columns, rows, more = 0 }: TableEvidence): string {
  const kind = (at: number) => (columns[at]?.isNumber ? ' class="number"' : '');
  const head = columns.map((column, at) => `<th scope="col"${kind(at)}>${escaped(column.title)}</th>`).join('');
  const cells = (row: readonly string[]) => row.map((cell, at) => `<td${kind(at)}>${escaped(cell)}</td>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('');
  const rest = more > 0 ? `<p class="aside">and ${more.toLocaleString('en-US')} more</p>` : '';
  return `<table><caption>${escaped(title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${rest}`;
}

function placesHtml(places: readonly PagePlace[]): string {
  if (places.length === 0) return '';
  const items = places.map(
    ({ place, message, uri, offset }) =>
      `<li>${link('planlight.openQuery', { uri, offset }, place)} ${escaped(message)}</li>`,
  );
  return `<h3>Where</h3><ul>${items.join('')}</ul>`;
}

/** A command of the extension; the page's webview allows only those that it names. */
function link(command: string, argument: unknown, title: string, kind?: 'button'): string {
  const href = `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`;
  return `<a ${kind === undefined ? '' : 'class="button" role="button" '}href="${escaped(href)}">${escaped(title)}</a>`;
}

/** A source that is an address can be followed. */
function linked(source: string): string {
  return escaped(source).replace(/https:\/\/[^\s<>"'()]+[^\s<>"'().,;]/g, (url) => `<a href="${url}">${url}</a>`);
}
