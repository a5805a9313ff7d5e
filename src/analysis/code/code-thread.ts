import { parentPort, workerData } from 'node:worker_threads';
import type { CodeReply, CodeRequest, CodeThreadData } from './code-messages';
import { localCode } from './local-code';
import type { IndexOptions } from './workspace-code';

/** The thread that holds a workspace's code, so that the editor's own thread never waits for it. */
const data = workerData as CodeThreadData;
const service = localCode(data, (defect) => reply({ defect }));
const running = new Map<number, AbortController>();

function reply(message: CodeReply): void {
  parentPort?.postMessage(message);
}

/** What cannot be sent stays on this side: the signal, and the functions that are told of progress. */
function indexOptions(id: number, options: IndexOptions, signal: AbortSignal): IndexOptions {
  return {
    ...options,
    threadProgram: data.threadProgram,
    signal,
    onProgress: (read, files) => reply({ id, progress: { read, files } }),
    onLeftAlone: (leftAlone) => reply({ id, leftAlone }),
  };
}

async function answer(request: Exclude<CodeRequest, { method: 'cancel' }>, signal: AbortSignal): Promise<unknown> {
  const code = await service;
  const [first, second] = request.arguments;
  switch (request.method) {
    case 'index':
      return code.index(first as readonly string[], indexOptions(request.id, second as IndexOptions, signal));
    case 'remove':
      return code.remove(first as string);
    case 'close':
      return code.close(first as string);
    case 'calls':
      return code.calls(first as Parameters<typeof code.calls>[0]);
    case 'queries':
      return code.queries(first as readonly string[]);
    case 'facts':
      return code.facts(first as readonly string[]);
    case 'indexesInCode':
      return code.indexesInCode(first as Parameters<typeof code.indexesInCode>[0], second as string);
    case 'findings':
      return code.findings(first as Parameters<typeof code.findings>[0]);
  }
}

parentPort?.on('message', async (request: CodeRequest) => {
  const { id } = request;
  if (request.method === 'cancel') {
    running.get(id)?.abort();
    return;
  }
  const abort = new AbortController();
  running.set(id, abort);
  try {
    reply({ id, value: await answer(request, abort.signal) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    running.delete(id);
  }
});
