import type { CheckState, GuideFix } from '../../nouns/check';
import type { BlockNode, LivePanel } from '../../nouns/live';
import { formatCounted } from '../../plan/format';
import { notesOfFix, textOfFix } from './fix-texts';
import type { HealthReport, ReportCheck, ReportPoint } from './health-report';
import { chartsHtml } from './html-charts';
import { escaped, evidenceHtml, factsHtml, paragraphs, tableHtml } from './html-parts';
import { reportStyle } from './html-style';

/** A sign beside the word: neither is told by its colour alone. */
const marks: Readonly<Record<CheckState, string>> = {
  passed: '✓ passed',
  attention: '! attention',
  failed: '✗ failed',
  'not applicable': '– not applicable',
  unknown: '? unknown',
};

/** One file that needs nothing else: no script, no picture or font from elsewhere. */
export function healthHtml({ at, database, missing, points, panels, live }: HealthReport): string {
  const title = `Health of ${database ?? 'the workspace'}`;
  const time = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="quiet">${escaped(database === undefined ? 'No database was asked. ' : '')}Read by Planlight, ${escaped(time)}.</p>
${paragraphs(missing)}
${checklist(points)}
${live === undefined ? '' : timeline(live)}
${panels.length === 0 ? '' : `<h2>What the server says</h2>${panels.map(panelHtml).join('\n')}`}
</main>
</body>
</html>`;
}

function checklist(points: readonly ReportPoint[]): string {
  if (points.every(({ checks }) => checks.length === 0)) {
    return '<h2>Checklist</h2><p>The checklist was not asked yet.</p>';
  }
  const asked = points.filter(({ checks }) => checks.length > 0);
  const rows = asked.map(({ id, title, state, checks }) => {
    const worst = checks.find((check) => check.state === state);
    return `<tr><td>${stateHtml(state)}</td><td><a href="#${escaped(id)}">${escaped(title)}</a></td><td>${escaped(worst?.says ?? '')}</td></tr>`;
  });
  return `<h2>Checklist</h2>
<table class="overview"><thead><tr><th scope="col">State</th><th scope="col">Point</th><th scope="col">Why</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>
${asked.map(pointHtml).join('\n')}`;
}

function stateHtml(state: CheckState): string {
  return `<span class="state ${state.replace(' ', '-')}">${marks[state]}</span>`;
}

function pointHtml({ id, title, checks }: ReportPoint): string {
  return `<h2 id="${escaped(id)}">${escaped(title)}</h2>${checks.map(checkHtml).join('\n')}`;
}

function checkHtml({ title, state, says, missing, evidence, places, fixes }: ReportCheck): string {
  const found = places.map(({ file, line, message }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return `<li><code>${escaped(place)}</code> ${escaped(message)}</li>`;
  });
  // What is well needs no proof at first sight.
  const isQuiet = state === 'passed' || state === 'not applicable';
  const proof = evidenceHtml(evidence);
  return `<section class="check"><h3>${stateHtml(state)} ${escaped(title)}</h3>
<p>${escaped(says)}</p>${paragraphs(missing, 'quiet')}
${isQuiet && proof !== '' ? folded('What decided it', proof) : proof}
${found.length === 0 ? '' : `<ul>${found.join('')}</ul>`}
${fixes.map(fixHtml).join('')}</section>`;
}

function fixHtml(fix: GuideFix): string {
  const text = textOfFix(fix);
  const files = fix.kind === 'file' ? fix.files : [];
  const texts = [
    ...(text === undefined ? [] : [`<pre>${escaped(text)}</pre>`]),
    ...files.map(({ path, content }) => folded(path, `<pre>${escaped(content)}</pre>`)),
  ];
  return `<h4>To do: ${escaped(fix.title)}</h4>${texts.join('')}${paragraphs(notesOfFix(fix), 'quiet')}`;
}

function folded(title: string, html: string): string {
  return `<details><summary>${escaped(title)}</summary>${html}</details>`;
}

function timeline({ charts, samples, events }: NonNullable<HealthReport['live']>): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return '';
  const clock = (at: number) => new Date(at).toISOString().slice(11, 19);
  const told = events.map(({ at, says }) => `<li>${clock(at)} UTC: ${escaped(says)}</li>`);
  return `<h2>Over time</h2>
<p class="quiet">${formatCounted(samples.length, 'sample')} from ${clock(first.at)} to ${clock(last.at)} UTC.</p>
${told.length === 0 ? '' : `<ul>${told.join('')}</ul>`}
<div class="charts">${chartsHtml(charts, samples)}</div>`;
}

function panelHtml({ title, notes, facts = [], tables = [], tree = [] }: LivePanel): string {
  const nodes = tree.length === 0 ? '' : `<ul class="tree">${tree.map(blockHtml).join('')}</ul>`;
  return `<section><h3>${escaped(title)}</h3>${paragraphs(notes, 'quiet')}${factsHtml(facts)}${nodes}<div class="tables">${tables.map(tableHtml).join('')}</div></section>`;
}

function blockHtml({ who, says, query, waiters }: BlockNode): string {
  const statement = query === undefined ? '' : `<br><code>${escaped(query)}</code>`;
  const below = waiters.length === 0 ? '' : `<ul>${waiters.map(blockHtml).join('')}</ul>`;
  return `<li><strong>${escaped(who)}</strong> ${escaped(says)}${statement}${below}</li>`;
}
