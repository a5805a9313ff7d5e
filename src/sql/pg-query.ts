import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PgQueryModule, StartPgQuery } from 'libpg-query/wasm/libpg-query.js';

/** What the server's parser says of a text: the tree as JSON text, or its message with a position in characters. */
export type RawParse =
  | { readonly tree: string }
  | { readonly message: string; readonly character: number }
  | 'overflow';

/** Bytes an instance may grow by (from 128 MB, of which little is touched). It never shrinks: a bigger one is replaced. */
const mayGrowBy = 128 * 1024 * 1024;

/**
 * PostgreSQL's parser in WebAssembly. Deeply nested input overflows the stack and leaves the instance in a state in
 * which later calls fail or print garbage without end, so an instance that threw is never used again: a fresh one of
 * the same compiled code takes its place within some milliseconds.
 */
export class PgQuery {
  readonly #compiled: WebAssembly.Module;
  readonly #start: StartPgQuery;
  readonly #initialBytes: number;
  #module: PgQueryModule;

  private constructor(compiled: WebAssembly.Module, start: StartPgQuery) {
    this.#compiled = compiled;
    this.#start = start;
    this.#module = this.#instantiate();
    this.#initialBytes = this.#module.HEAPU8.byteLength;
  }

  static async load(): Promise<PgQuery> {
    const { default: start } = await import('libpg-query/wasm/libpg-query.js');
    return new PgQuery(await WebAssembly.compile(readFileSync(wasmFile())), start);
  }

  parse(text: string): RawParse {
    return this.#guard((module) => {
      const input = copyIn(module, text);
      const result = module._wasm_parse_query_raw(input);
      const tree = module.getValue(result, 'i32');
      const error = module.getValue(result + 8, 'i32');
      // PgQueryError: message, funcname, filename, lineno, cursorpos (1-based; 0 when unknown)
      const parsed: RawParse =
        error === 0
          ? { tree: module.UTF8ToString(tree) }
          : {
              message: module.UTF8ToString(module.getValue(error, 'i32')),
              character: Math.max(0, module.getValue(error + 16, 'i32') - 1),
            };
      module._free(input);
      module._wasm_free_parse_result(result);
      return parsed;
    });
  }

  /** pg_stat_statements-like; undefined when the text is nested too deeply. Only for text that parses. */
  fingerprint(text: string): string | undefined {
    const fingerprint = this.#guard((module) => {
      const input = copyIn(module, text);
      const result = module._wasm_fingerprint(input);
      const answer = module.UTF8ToString(result);
      module._free(input);
      module._wasm_free_string(result);
      return answer;
    });
    return /^[0-9a-f]{16}$/.test(fingerprint) ? fingerprint : undefined;
  }

  #guard<T>(call: (module: PgQueryModule) => T): T | 'overflow' {
    // Emscripten's exit() sets the exit code of the whole process.
    const exitCode = process.exitCode;
    try {
      const answer = call(this.#module);
      if (this.#module.HEAPU8.byteLength > this.#initialBytes + mayGrowBy) this.#module = this.#instantiate();
      return answer;
    } catch {
      // Whatever was thrown (RangeError, RuntimeError, ExitStatus), the stack or the memory ran out.
      process.exitCode = exitCode;
      this.#module = this.#instantiate();
      return 'overflow';
    }
  }

  #instantiate(): PgQueryModule {
    const module = {
      instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
        receive(new WebAssembly.Instance(this.#compiled, imports));
        return {};
      },
      // Memory statistics, when memory runs out. The caller learns of it from the result.
      stdout: () => undefined,
      stderr: () => undefined,
      printErr: () => undefined,
    };
    // The functions are there when `start` returns; its promise only prepares a file system that the parser never uses.
    void this.#start(module);
    return module as unknown as PgQueryModule;
  }
}

function copyIn(module: PgQueryModule, text: string): number {
  const bytes = module.lengthBytesUTF8(text) + 1;
  const pointer = module._malloc(bytes);
  if (pointer === 0) throw new RangeError('out of memory');
  module.stringToUTF8(text, pointer, bytes);
  return pointer;
}

/** The build copies the file beside the bundle; without a bundle it is in the package. */
function wasmFile(): string {
  const beside = join(__dirname, 'libpg-query.wasm');
  return existsSync(beside) ? beside : createRequire(__filename).resolve('libpg-query/wasm/libpg-query.wasm');
}
