import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileFacts } from '../facts/facts';
import { packed, unpacked } from '../facts/packed-facts';
import { isTemplate } from '../file-roles';

/** A cache that would be longer is not kept: it is no workspace of one person any more. Bytes. */
const mostBytes = 400_000_000;

/** Characters of a line's sum. */
const sumLength = 12;

/**
 * Facts by the hash of a file's content, in one file: a first line with the version of what made them, then one line for
 * each content, `hash sum JSON`, where the sum is of the JSON. A file of another version, cut off or no such file at all is as good as none; so is a line.
 */
export class FactsCache {
  readonly #path: string;
  readonly #version: string;
  /** Hash → its JSON as it stands in the file; parsed when it is asked for. */
  readonly #lines = new Map<string, Buffer>();
  readonly #used = new Set<string>();
  #hasNew = false;

  private constructor(path: string, version: string) {
    this.#path = path;
    this.#version = version;
  }

  /** `version` is to change with whatever changes the facts of a file. What cannot be read is empty. */
  static async open(path: string, version: string): Promise<FactsCache> {
    const cache = new FactsCache(path, version);
    // It is not there yet, or may not be read: saving will tell.
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes) cache.#read(bytes);
    return cache;
  }

  /** What tells one content from another; the ending is part of it, since `.d.ts` is read in another way. */
  static hashOf(languageId: string, path: string, text: string): string {
    // A template is called by its path.
    const template = isTemplate(path) ? ` ${path}` : '';
    const kind = /\.d\.[cm]?ts$/i.test(path) ? 'declarations' : languageId + template;
    return createHash('sha1').update(`${kind}\n${text}`).digest('base64url');
  }

  /** Without `uri`, which says where the content stands now. */
  static jsonOf({ uri: _, ...facts }: FileFacts): string {
    return packed(facts);
  }

  /** What `jsonOf` made; null for 'null'. */
  static factsOf(json: string): Omit<FileFacts, 'uri'> | null {
    return json === 'null' ? null : (unpacked(json) as Omit<FileFacts, 'uri'>);
  }

  hashes(): readonly string[] {
    return [...this.#lines.keys()];
  }

  /** null: nothing in it matters; undefined: it is not known. */
  get(hash: string): Omit<FileFacts, 'uri'> | null | undefined {
    const line = this.#lines.get(hash);
    if (line === undefined) return undefined;
    const json = line.subarray(sumLength + 1);
    if (line.toString('latin1', 0, sumLength) !== sumOf(json)) {
      this.#lines.delete(hash);
      return undefined;
    }
    this.#used.add(hash);
    return FactsCache.factsOf(json.toString());
  }

  set(hash: string, json: string): void {
    this.#lines.set(hash, Buffer.from(`${sumOf(json)} ${json}`));
    this.#used.add(hash);
    this.#hasNew = true;
  }

  /** Writes what was asked for or added since it was opened, when something is new or gone. Throws what the disk says. */
  async save(): Promise<void> {
    if (!this.#hasNew && this.#used.size === this.#lines.size) return;
    const lines = [...this.#used].flatMap((hash) => [`${hash} `, this.#lines.get(hash) ?? 'null', '\n']);
    if (lines.reduce((sum, part) => sum + part.length, 0) > mostBytes) {
      await rm(this.#path, { force: true });
      return;
    }
    await mkdir(dirname(this.#path), { recursive: true });
    // Two windows may write at the same time: each writes its own and puts it in place at once.
    const own = `${this.#path}.${process.pid}.${Date.now()}`;
    await writeFile(own, [`${this.#heading}\n`, ...lines]);
    await rename(own, this.#path);
  }

  get #heading(): string {
    return `planlight facts ${this.#version}`;
  }

  #read(bytes: Buffer): void {
    let start = bytes.indexOf(10);
    if (start < 0 || bytes.toString('utf8', 0, start) !== this.#heading) return;
    for (start++; start < bytes.length; ) {
      const end = bytes.indexOf(10, start);
      if (end < 0) return;
      const space = bytes.indexOf(32, start);
      if (space > start && space < end) {
        this.#lines.set(bytes.toString('latin1', start, space), bytes.subarray(space + 1, end));
      }
      start = end + 1;
    }
  }
}

function sumOf(json: string | Buffer): string {
  return createHash('sha1').update(json).digest('base64url').slice(0, sumLength);
}
