import type { Target } from '../database/planner';
import type { SourceDocument } from '../nouns/query-site';
import type { Analyzer } from './analyzer';
import type { Judgement } from './judgement';
import type { PlanningMode } from './planning';
import { readSource } from './source-files';

export interface CheckedFile {
  readonly document: SourceDocument;
  readonly judgements: readonly Judgement[];
}

export interface CheckOptions {
  readonly analyzer: Analyzer;
  readonly target: Target;
  /** 'analyze' runs the statements that only read; the others are planned. */
  readonly mode: PlanningMode;
  readonly signal?: AbortSignal;
  readonly onFile?: (path: string, index: number) => void;
}

/** Judges every query of the files, one after the other so that timings do not disturb each other. */
export async function checkFiles(paths: readonly string[], options: CheckOptions): Promise<CheckedFile[]> {
  const checked: CheckedFile[] = [];
  for (const [index, path] of paths.entries()) {
    options.signal?.throwIfAborted();
    options.onFile?.(path, index);
    const document = await readSource(path);
    if (document) checked.push(await checkDocument(document, options));
  }
  return checked;
}

export async function checkDocument(document: SourceDocument, options: CheckOptions): Promise<CheckedFile> {
  const { analyzer, target, signal } = options;
  const judgements: Judgement[] = [];
  for (const query of analyzer.read(document).queries) {
    signal?.throwIfAborted();
    const readsOnly = query.parsed.ok && query.parsed.statement.readsOnly;
    const mode = readsOnly ? options.mode : 'estimate';
    judgements.push(await analyzer.judge(query, { target, mode, signal }));
  }
  return { document, judgements };
}
