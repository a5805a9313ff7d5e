/** What is said beside the report, on standard error. No URL's password passes. */
export class Console {
  #shown = false;
  #last = 0;

  tell(message: string): void {
    this.clear();
    process.stderr.write(`planlight: ${withoutPasswords(message)}\n`);
  }

  /** One line that the next one replaces; only for a person at a terminal, ten times a second at most. */
  progress(line: () => string): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#last < 100) return;
    this.#last = now;
    this.#shown = true;
    const width = Math.max(20, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`\r\x1b[K${line().slice(0, width)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }
}

/** `postgres://me:secret@host/db` → `postgres://me:***@host/db`, also where the URL stands in the wrong place. */
export function withoutPasswords(text: string): string {
  return text.replace(/(\w:\/\/[^\s:/?#@]*:)[^\s]*@/g, '$1***@').replace(/([?&]password=)[^\s&]*/gi, '$1***');
}
