import { sentCall } from '../../code/call-sites';
import { FileRoles } from '../../code/file-roles';
import { QuerySiteFinder } from '../../code/find-query-sites';
import { SqlParser } from '../../sql/parser';
import type { CodeThreadData } from './code-messages';
import type { CodeService } from './code-service';
import { WorkspaceCode } from './workspace-code';

/** The service in this thread: for the command line, where nothing else waits, and inside the editor's thread. */
export async function localCode(
  { grammarFolder, folders, queryFunctions }: CodeThreadData,
  onDefect: (sentence: string) => void,
): Promise<CodeService> {
  const parser = await SqlParser.load();
  const roles = new FileRoles(folders);
  const finder = await QuerySiteFinder.load({ parser, grammarFolder, roles, queryFunctions });
  const code = await WorkspaceCode.load({ grammarFolder, roles, finder, parser, onDefect });
  return {
    index: (paths, options) => code.index(paths, options),
    remove: async (path) => code.remove(path),
    close: async (path) => code.close(path),
    calls: async (document) => {
      await code.prepare(document.languageId);
      return code.callsOf(document).map(sentCall);
    },
    queries: (textFiles) => code.queries(textFiles),
    facts: (textFiles) => code.facts(textFiles),
    indexesInCode: (index, near) => code.indexesInCode(index, near),
    findings: (options) => code.findings(options),
  };
}
