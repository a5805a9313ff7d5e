import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { initdbParameters, loadableExtensions } from './options';

const pageBytes = 8192;
/** RELSEG_SIZE: PostgreSQL keeps a relation in files of at most 1 GB. */
const pagesPerSegment = 131_072;

/** The part of Emscripten's in-memory file system that we touch. */
interface MemoryFile {
  contents: Uint8Array;
  usedBytes: number;
}
interface MemoryFileSystem {
  lookupPath(path: string): { node: MemoryFile };
  analyzePath(path: string): { exists: boolean };
  writeFile(path: string, data: Uint8Array): void;
  unlink(path: string): void;
}

/** A PostgreSQL in this process, whose files can be given any length without holding a byte more. */
export class MemoryPostgres {
  readonly #db: PGlite;
  readonly #files: MemoryFileSystem;

  private constructor(db: PGlite) {
    this.#db = db;
    this.#files = db.Module.FS as unknown as MemoryFileSystem;
  }

  /**
   * `folder` holds pglite.wasm, pglite.data and the extensions' archives. With prepared.tar.gz (a data folder made
   * when the package is built) it is ready in about 0.6 s, without (then initdb.wasm is needed) in 3 s.
   */
  static async start(folder: string, extensions: readonly string[]): Promise<MemoryPostgres> {
    const prepared = join(folder, 'prepared.tar.gz');
    const isPrepared = existsSync(prepared);
    const [wasm, data, loadDataDir] = await Promise.all([
      readFile(join(folder, 'pglite.wasm')).then((bytes) => WebAssembly.compile(bytes)),
      readFile(join(folder, 'pglite.data')),
      isPrepared ? readFile(prepared) : undefined,
    ]);
    const initdb = isPrepared ? wasm : await WebAssembly.compile(await readFile(join(folder, 'initdb.wasm')));
    const db = await PGlite.create({
      pgliteWasmModule: wasm,
      // Without it PGlite looks for the file beside its own source; with a prepared folder it is never run.
      initdbWasmModule: initdb,
      fsBundle: new Blob([data]),
      ...(loadDataDir && { loadDataDir: new Blob([loadDataDir], { type: 'application/x-gzip' }) }),
      initDbStartParams: [...initdbParameters],
      extensions: Object.fromEntries(
        // A snapshot file may name anything, a path too.
        loadableExtensions
          .filter((name) => extensions.includes(name))
          .map((name) => ({ name, archive: join(folder, `${name}.tar.gz`) }))
          .filter(({ archive }) => existsSync(archive))
          .map(({ name, archive }) => [name, { name, setup: async () => ({ bundlePath: pathToFileURL(archive) }) }]),
      ),
    });
    return new MemoryPostgres(db);
  }

  async query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    const result = await this.#db.query<Row>(sql, values === undefined ? undefined : [...values]);
    return result.rows;
  }

  /** By the simple protocol: for what has placeholders and no values. */
  async runOne(sql: string): Promise<Record<string, unknown>[]> {
    const [result] = await this.#db.exec(sql);
    return (result?.rows ?? []) as Record<string, unknown>[];
  }

  /** Statements without an answer; several at once are allowed. */
  async run(sql: string): Promise<void> {
    await this.#db.exec(sql);
  }

  /** What the statements warned of, without the word WARNING. */
  async warningsOf(sql: string): Promise<string[]> {
    const warnings: string[] = [];
    await this.#db.exec('SET client_min_messages = warning');
    try {
      await this.#db.exec(sql, { onNotice: ({ message }) => warnings.push(message ?? '') });
    } finally {
      await this.#db.exec('SET client_min_messages = error');
    }
    return warnings;
  }

  /** The first bytes of a relation's file, as far as they exist. */
  readPages(path: string, pages: number): Uint8Array {
    const file = this.#files.lookupPath(dataPath(path)).node;
    return file.contents.slice(0, Math.min(file.usedBytes, pages * pageBytes));
  }

  writePages(path: string, bytes: Uint8Array): void {
    this.#files.writeFile(dataPath(path), bytes);
  }

  /** Makes the relation's file look `pages` long: that is where the planner takes a relation's size from. */
  setPages(path: string, pages: number): void {
    for (let segment = 0; segment * pagesPerSegment <= pages; segment++) {
      const segmentPath = dataPath(segment === 0 ? path : `${path}.${segment}`);
      if (!this.#files.analyzePath(segmentPath).exists) this.#files.writeFile(segmentPath, new Uint8Array(0));
      const length = Math.min(pages - segment * pagesPerSegment, pagesPerSegment) * pageBytes;
      this.#files.lookupPath(segmentPath).node.usedBytes = length;
    }
  }

  /** A relation's file with all its segments. */
  removeFile(path: string): void {
    for (let segment = 0; ; segment++) {
      const segmentPath = dataPath(segment === 0 ? path : `${path}.${segment}`);
      if (!this.#files.analyzePath(segmentPath).exists) return;
      this.#files.unlink(segmentPath);
    }
  }

  async close(): Promise<void> {
    await this.#db.close();
  }
}

const dataPath = (path: string): string => `/pglite/data/${path}`;
