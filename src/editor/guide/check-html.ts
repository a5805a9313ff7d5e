import type { JudgedCheck } from '../../analysis/guide/guide';
import { notesOfFix, textOfFix } from '../../analysis/health-report/fix-texts';
import { escaped, evidenceHtml, paragraphs } from '../../analysis/health-report/html-parts';
import type { Conclusion } from '../../guide/troubleshooting/diagnosis';
import type { Evidence, GuideFix } from '../../nouns/check';
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

export interface CheckCommand {
  readonly command: string;
  readonly argument: unknown;
}

export interface CheckPageContent {
  readonly title: string;
  /** Whose statistics: `blog@localhost`. */
  readonly database?: string;
  /** ISO 8601. */
  readonly now: string;
  readonly checks: readonly PageCheck[];
  /** The page of docs/guide. */
  readonly docs?: string;
  /** Of checks that were asked to find out what is wrong. */
  readonly conclusion?: Conclusion;
}

export interface PageCheck extends JudgedCheck {
  readonly placed: readonly PagePlace[];
  /** What asks it again. */
  readonly again: CheckCommand;
}

/** The page's body: what each check says, what decided it, what is missing, where, and what to do. Nothing in it is a script. */
export function checkHtml({ title, database, now, checks, docs, conclusion }: CheckPageContent): string {
  const of = database === undefined ? '' : `<p class="quiet">${escaped(database)}</p>`;
  const more = docs === undefined ? '' : `<p>${link('planlight.openGuidePage', docs, 'What is asked, and why')}</p>`;
  return `<main><h1>${escaped(title)}</h1>${of}${conclusion ? conclusionHtml(conclusion) : ''}${checks.map((one) => checkSection(one, now)).join('')}${more}</main>`;
}

function conclusionHtml({ says, causes, missing }: Conclusion): string {
  const items = causes.map((cause) => `<li>${escaped(cause.says)} ${escaped(cause.advice)}</li>`);
  const list = items.length === 0 ? '' : `<h3>What was found, the likeliest cause first</h3><ol>${items.join('')}</ol>`;
  return `<section><h2>Conclusion</h2><p class="says">${escaped(says)}</p>${list}${paragraphs(missing, 'missing')}</section>`;
}

function checkSection(
  { check, result, judgedAt, placed, again: { command, argument } }: PageCheck,
  now: string,
): string {
  const { state, says, evidence = [], missing = [], fixes = [] } = result;
  const again = link(command, argument, 'Check again', 'button');
  return `<section>
<h2><span class="state ${state.replace(' ', '-')}">${stateWords[state]}</span> ${escaped(check.title)}</h2>
<p class="says">${escaped(says)}</p>
${paragraphs(missing, 'missing')}
${fixesHtml(check.id, fixes)}
${proofHtml(evidence)}
${placesHtml(placed)}
<p class="quiet">Checked ${formatAge(judgedAt, now)}. ${again}</p>
</section>`;
}

function fixesHtml(check: string, fixes: readonly GuideFix[]): string {
  if (fixes.length === 0) return '';
  const items = fixes.map((fix, at) => {
    const argument: FixArgument = { check, title: fix.title, at };
    const texts = textsOf(fix)
      .map((text) => `<pre>${escaped(text)}</pre>`)
      .join('');
    const button = link('planlight.applyGuideFix', argument, fixWords[fix.kind], 'button');
    return `<li><h4>${escaped(fix.title)}</h4>${texts}${paragraphs(notesOf(fix), 'quiet')}<p>${button}</p></li>`;
  });
  return `<h3>What to do</h3><ul class="fixes">${items.join('')}</ul>`;
}

/** What would be run or written; of files only their names, since they open before they are saved. */
function textsOf(fix: GuideFix): string[] {
  if (fix.kind === 'file') return [fix.files.map(({ path }) => path).join('\n')];
  const text = textOfFix(fix);
  return text === undefined ? [] : [text];
}

function notesOf(fix: GuideFix): string[] {
  const change = fix.kind === 'setting' ? [`Now ${fix.from}, then ${fix.to}; it takes effect ${fix.takesEffect}.`] : [];
  return [...change, ...notesOfFix(fix)];
}

function proofHtml(evidence: readonly Evidence[]): string {
  const html = evidenceHtml(evidence);
  return html === '' ? '' : `<h3>What decided it</h3>${html}`;
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
