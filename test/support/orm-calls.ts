import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { filesBelow } from '../../src/code/files-below';
import type { FoundCall, GeneratedStatement } from '../../src/code/orms/orm';
import { orms } from '../../src/code/orms/orms';
import { FactsReader, indexedLanguageOf } from '../../src/code/program/facts-reader';
import { Program } from '../../src/code/program/program';
import { sourceText } from '../../src/code/source-text';
import { wholePaths } from './whole-paths';

const grammarFolder = join(import.meta.dirname, '../../dist/grammars');
let reader: Promise<FactsReader> | undefined;

/** The reader of files, loaded once. */
export function factsReader(): Promise<FactsReader> {
  const loaded = reader ?? FactsReader.load({ grammarFolder, roles: wholePaths });
  reader = loaded;
  return loaded;
}

/** A call that was found, with the name of the function that it stands in. */
export interface CallInFunction extends FoundCall {
  /** Relative to the folder: `models/post.ts`. */
  readonly file: string;
  /** `listPosts`, `PostsService.list`; a callback's is that of the named function around it. */
  readonly name: string;
  /** For each variant its statements, in the order in which they are sent. */
  readonly sent: readonly (readonly GeneratedStatement[])[];
}

export interface OrmCalls {
  readonly program: Program;
  readonly calls: readonly CallInFunction[];
  /** Those of one function of any file (or of that file), in the order of the text. */
  in(name: string, file?: string): readonly CallInFunction[];
}

/** Reads every source file of a folder as the index of a workspace does, with all libraries, and finds its calls. */
export async function ormCalls(folder: string): Promise<OrmCalls> {
  const facts = await factsReader();
  const program = new Program(orms, wholePaths);
  for await (const path of filesBelow(folder, (_, path) => indexedLanguageOf(path) !== undefined, passedOver)) {
    const text = sourceText(await readFile(path));
    const languageId = indexedLanguageOf(path);
    if (languageId === 'project') program.setProjectFile({ uri: path, text });
    else if (languageId !== undefined) {
      await facts.prepare(languageId);
      const read = facts.read({ uri: path, languageId, text });
      if (read) program.set(read);
    }
  }
  return callsOf(program, folder);
}

/** The same for files that are written in the test: path → text. */
export async function ormCallsIn(texts: Readonly<Record<string, string>>): Promise<OrmCalls> {
  const facts = await factsReader();
  const program = new Program(orms, wholePaths);
  for (const [uri, text] of Object.entries(texts)) {
    const languageId = indexedLanguageOf(uri);
    if (languageId === undefined) throw new Error(`${uri} is of no language that is read.`);
    await facts.prepare(languageId);
    const read = languageId === 'project' ? undefined : facts.read({ uri, languageId, text });
    if (languageId === 'project') program.setProjectFile({ uri, text });
    if (read) program.set(read);
  }
  return callsOf(program, '/');
}

function callsOf(program: Program, folder: string): OrmCalls {
  const calls = [...program.files.keys()].flatMap((uri) =>
    program.callsOf(uri).map((call) => ({
      ...call,
      file: relative(folder, uri),
      name: nameAround(call),
      sent: call.variants.map(({ statements }) => statements),
    })),
  );
  return {
    program,
    calls,
    in: (name, file) => calls.filter((call) => call.name === name && (file === undefined || call.file === file)),
  };
}

function nameAround({ at }: FoundCall): string {
  for (let id: number | undefined = at.function; id !== undefined; id = at.file.functions[id]?.parent) {
    const name = at.file.functions[id]?.name ?? '';
    if (name !== '') return name;
  }
  return '';
}

function passedOver(sentence: string): void {
  throw new Error(sentence);
}
