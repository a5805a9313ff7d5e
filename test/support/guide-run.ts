import { join } from 'node:path';
import { localCode } from '../../src/analysis/code/local-code';
import { programFiles, textFiles } from '../../src/analysis/code/program-files';
import { Guide } from '../../src/analysis/guide/guide';
import type { GivenMachine } from '../../src/analysis/guide/machine';
import { guideSources } from '../../src/analysis/guide/sources';
import type { GateOptions } from '../../src/database/gate';
import { Server } from '../../src/database/server';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import type { Check } from '../../src/guide/check';
import type { GuideFacts } from '../../src/guide/facts';
import type { CheckResult } from '../../src/nouns/check';
import { SqlParser } from '../../src/sql/parser';

const outputFolder = join(import.meta.dirname, '../../dist');
const nothing = (): void => undefined;

export interface GuideRun {
  readonly facts: GuideFacts;
  /** By the check's id. */
  readonly results: ReadonlyMap<string, CheckResult>;
}

/** Gathers the facts of a real server and of the programs in a folder, as the editor does, and asks the checks. */
export async function runGuide(
  checks: readonly Check[],
  options: GateOptions,
  {
    folder,
    between = async () => undefined,
    whatIf,
    machine,
  }: {
    folder?: string;
    between?: () => Promise<unknown>;
    whatIf?: WhatIfPlanner;
    machine?: Partial<GivenMachine>;
  } = {},
): Promise<GuideRun> {
  const server = new Server(options);
  const folders = folder === undefined ? [] : [folder];
  try {
    const sources = guideSources({
      server,
      folders,
      code: async () => {
        const threadProgram = join(outputFolder, 'facts-thread.js');
        const code = await localCode({ grammarFolder: join(outputFolder, 'grammars'), threadProgram, folders }, fail);
        await code.index(await programFiles(folders, nothing), { threadProgram });
        return code;
      },
      textFiles: () => textFiles(folders, nothing),
      parser: () => SqlParser.load(),
      whatIf: async () => whatIf ?? fail('These checks do not ask the planner in memory.'),
      machine: { cores: 2, memoryBytes: 4 * 2 ** 30, source: 'the test', ...machine },
      onPassedOver: nothing,
    });
    const activity = sources.activity;
    const guide = new Guide({
      checks,
      // What the test does is done between the two samples.
      sources: {
        ...sources,
        ...(activity && {
          activity: async (signal) => {
            await between();
            return activity(signal);
          },
        }),
      },
      onDefect: (error) => fail(String(error)),
      sampleMs: 100,
    });
    const judged = await guide.run(checks, { signal: AbortSignal.timeout(60_000) });
    return { facts: guide.facts, results: new Map(judged.map(({ check, result }) => [check.id, result])) };
  } finally {
    await server.dispose();
  }
}

function fail(sentence: string): never {
  throw new Error(sentence);
}
