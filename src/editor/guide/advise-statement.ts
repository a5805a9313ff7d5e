import type { JudgeRequest } from '../../analysis/analyzer';
import type { Check } from '../../guide/check';
import { Problem } from '../../nouns/problem';
import type { AnalyzerService } from '../analyzer-service';
import { withProgress } from '../commands';
import type { DatabaseService } from '../database-service';
import type { GuideService } from './guide-service';

/** What is known of the statement of a row by now, and what could be done for it: a check on no list, asked. */
export async function adviseStatement(
  argument: unknown,
  {
    guide,
    analyzers,
    databases,
  }: { readonly guide: GuideService; readonly analyzers: AnalyzerService; readonly databases: DatabaseService },
): Promise<Check> {
  const [{ workloadOf }, { statementCheck }, { explainableStatement, whyNotExplainable }] = await Promise.all([
    import('../../guide/workload'),
    import('../../analysis/guide/statement-advice'),
    import('../../analysis/explainable'),
  ]);
  const { facts, server } = guide;
  const id = idOf(argument);
  const row = workloadOf(facts?.health, facts?.workspace?.queries ?? [])?.rows.find((one) => one.id === id);
  const text = row?.statistic.text;
  if (!row || text === undefined || !server) {
    throw new Problem('not-understood', 'Choose a statement in the view Workload first.');
  }
  const analyzer = await analyzers.analyzer();
  await analyzer.prepare('sql');
  const [query] = analyzer.read({ uri: 'statement.sql', languageId: 'sql', text }).queries;
  if (!query || !explainableStatement(query)) {
    throw new Problem('unsupported', query ? whyNotExplainable(query) : 'This is no statement that can be planned.');
  }
  return withProgress('Advising on the statement', async (signal, progress) => {
    const request: JudgeRequest = { target: server.server, mode: 'estimate', signal };
    const judgement = await databases.withPassword(() => analyzer.judge(query, request));
    signal.throwIfAborted();
    const check = statementCheck(row, judgement);
    await guide.ask({ signal, onProgress: (message) => progress.report({ message }) }, [check]);
    return check;
  });
}

/** Of a row, or as a link of the page has it. */
function idOf(argument: unknown): unknown {
  const about = (argument as { about?: unknown } | undefined)?.about ?? argument;
  return (about as { id?: unknown } | undefined)?.id;
}
