/** What of WebAssembly's JavaScript interface is used here; Node's types leave it to the DOM's. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Imports);
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}

/** The Emscripten module inside the libpg-query package, whose own wrapper cannot be restarted after a stack overflow. */
declare module 'libpg-query/wasm/libpg-query.js' {
  export interface PgQueryModule {
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance) => void,
    ): Record<string, never>;
    stdout(byte: number): void;
    stderr(byte: number): void;
    printErr(line: string): void;
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_fingerprint(text: number): number;
    _wasm_free_string(text: number): void;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, maximum: number): void;
    UTF8ToString(pointer: number): string;
    getValue(pointer: number, type: 'i32'): number;
  }
  type Options = Pick<PgQueryModule, 'instantiateWasm' | 'stdout' | 'stderr' | 'printErr'>;
  /** Adds the module's functions to the object it is given. */
  export type StartPgQuery = (options: Options) => Promise<PgQueryModule>;
  const start: StartPgQuery;
  export default start;
}
