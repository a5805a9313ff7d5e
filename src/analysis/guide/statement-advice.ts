import { editedText } from '../../fixes/batch/text';
import type { Check } from '../../guide/check';
import type { GuideFacts } from '../../guide/facts';
import { fact, table } from '../../guide/support/evidence';
import { seen } from '../../guide/support/known';
import { attention, passed, unknown } from '../../guide/support/results';
import { placesOf, shortText } from '../../guide/support/statements';
import { percent } from '../../guide/support/wording';
import { type WorkloadRow, workloadOf } from '../../guide/workload';
import type { CheckResult, Evidence } from '../../nouns/check';
import type { Finding } from '../../nouns/finding';
import type { EditFix, IndexFix } from '../../nouns/fix';
import { formatCost, formatCount, formatCounted, formatMs } from '../../plan/format';
import type { Judgement } from '../judgement';

const mark = 'slow-queries/statement ' as const;

/** Of which row of the workload a check is; undefined for those of the list. */
export function statementOf(checkId: string): string | undefined {
  return checkId.startsWith(mark) ? checkId.slice(mark.length) : undefined;
}

/** A check on no list: what could be done for one statement that the server counted, sent by this workspace or not. */
export function statementCheck(row: WorkloadRow, judgement: Judgement): Check {
  return {
    id: `${mark}${row.id}`,
    point: 'slow-queries',
    title: shortText(row),
    needs: ['health'],
    judge: (facts) => judge(latest(row, facts), judgement, facts),
  };
}

/** As it is counted now, also after an index was created. */
function latest(row: WorkloadRow, { health, workspace }: GuideFacts): WorkloadRow {
  return workloadOf(health, workspace?.queries ?? [])?.rows.find(({ id }) => id === row.id) ?? row;
}

function judge(row: WorkloadRow, { findings, explained, problem }: Judgement, facts: GuideFacts): CheckResult {
  const details = {
    evidence: [...countedFacts(row, explained?.plan.root.totalCost), ...findingTables(findings, textOf(row))],
    places: placesOf([row]),
  };
  const { calls, meanMs } = row.statistic;
  const counted = `${formatCounted(calls, 'call')}, ${formatMs(meanMs)} each, ${percent(row.share)} of all time.`;
  if (!explained) {
    return { ...unknown(counted, [problem?.message ?? 'The server gave no plan for it.']), ...details };
  }
  const fixes = proposedIndexes(findings, facts);
  const others = findings.filter((finding) => !finding.fixes.some(isIndex));
  if (fixes.length === 0 && others.length === 0) {
    return passed(`${counted} No index and no other way to write it makes its plan cheaper.`, details);
  }
  const found = [
    ...(fixes.length > 0 ? [`${formatCounted(fixes.length, 'index', 'indexes')} would help`] : []),
    ...(others.length > 0 ? [formatCounted(others.length, 'other finding')] : []),
  ];
  return attention(`${counted} ${found.join(', ')}.`, { ...details, fixes });
}

/** Those that are there by now are none any more. */
function proposedIndexes(findings: readonly Finding[], { health }: GuideFacts): IndexFix[] {
  const present = new Set((health ? (seen(health.indexes) ?? []) : []).map(({ schema, name }) => `${schema}.${name}`));
  const proposed = findings.flatMap(({ fixes }) => fixes.filter(isIndex));
  const byName = new Map(proposed.map((fix) => [`${fix.index.schema}.${fix.index.name}`, fix]));
  return [...byName].flatMap(([name, fix]) => (present.has(name) ? [] : [fix]));
}

const isIndex = (fix: Finding['fixes'][number]): fix is IndexFix => fix.kind === 'index';
const isEdit = (fix: Finding['fixes'][number]): fix is EditFix => fix.kind === 'edit';

/** Of a statement, in characters; nobody reads more of one on a page. */
const mostText = 5_000;

/** https://www.postgresql.org/docs/current/pgstatstatements.html */
const noPercentiles = 'pg_stat_statements keeps no percentiles, only these';

function countedFacts({ statistic }: WorkloadRow, cost: number | undefined): Evidence[] {
  const { text = '', calls, totalMs, meanMs, deviationMs, maxMs, rows } = statistic;
  return [
    fact('Statement', text.slice(0, mostText)),
    fact('Calls', formatCount(calls), { raw: calls }),
    fact('Time in all', formatMs(totalMs), { raw: totalMs }),
    fact('Mean time', formatMs(meanMs), { raw: meanMs, source: noPercentiles }),
    fact('Standard deviation', formatMs(deviationMs), { raw: deviationMs }),
    fact('Longest call', formatMs(maxMs), { raw: maxMs }),
    fact('Rows a call', formatCount(calls > 0 ? rows / calls : 0)),
    ...(cost === undefined ? [] : [fact('Cost of its plan', formatCost(cost), { raw: cost })]),
  ];
}

function findingTables(findings: readonly Finding[], sql: string): Evidence[] {
  const edits = findings.flatMap(({ fixes }) => fixes.filter(isEdit));
  return [
    ...(findings.length === 0
      ? []
      : [
          table(
            'What was found',
            ['Finding', 'How sure'],
            findings.map(({ message, confidence }) => [message, confidence]),
          ),
        ]),
    ...(edits.length === 0
      ? []
      : [
          table(
            'Other ways to write it',
            ['What for', 'Statement'],
            edits.map((fix) => [fix.title, editedText(sql, fix.edits)]),
          ),
        ]),
  ];
}

const textOf = ({ statistic }: WorkloadRow): string => statistic.text ?? '';
