import type { SourceDocument } from '../nouns/query-site';
import type { CodeIndex, DocumentCalls } from './code-index';
import type { ErrorReporter } from './error-reporter';
import type { TrackedDocument } from './tracked-document';

/** SQL text and its lenses wait so long for the calls of the same document. */
const PATIENCE_MS = 300;

export const noCalls: DocumentCalls = { sites: [], withoutSql: [] };

interface Asked {
  readonly version: number;
  readonly answer: Promise<DocumentCalls>;
  isLate: boolean;
}

/**
 * The library calls of the open documents. The program answers in a thread of its own, which may be busy: it is asked once
 * for each version of a text, however many wait for the answer.
 */
export class CallsOfDocuments {
  readonly #code: CodeIndex;
  readonly #errors: ErrorReporter;
  #asked = new WeakMap<TrackedDocument, Asked>();

  constructor({ code, errors }: { readonly code: CodeIndex; readonly errors: ErrorReporter }) {
    this.#code = code;
    this.#errors = errors;
  }

  /** None where the answer takes its time: SQL text does not wait for it, and `onLate` is called when it is there. */
  async of(tracked: TrackedDocument, source: SourceDocument, onLate: () => void): Promise<DocumentCalls> {
    const asked = this.#ask(tracked, source);
    if (!asked) return noCalls;
    const late = Symbol();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, late);
    });
    const first = await Promise.race([asked.answer, patience]);
    clearTimeout(timer);
    if (first !== late) return first;
    if (!asked.isLate) {
      asked.isLate = true;
      void asked.answer.then(({ sites, withoutSql }) => {
        if (sites.length + withoutSql.length > 0 && this.#asked.get(tracked) === asked) onLate();
      });
    }
    return noCalls;
  }

  /** The program around the documents changed: their calls may send something else. */
  forget(): void {
    this.#asked = new WeakMap();
  }

  #ask(tracked: TrackedDocument, source: SourceDocument): Asked | undefined {
    const { version } = tracked.document;
    const known = this.#asked.get(tracked);
    if (known?.version === version) return known;
    const answer = this.#code.callsOf(tracked.document, source)?.catch((error: unknown) => {
      this.#errors.logOnly('Reading the calls of a document', error);
      return noCalls;
    });
    if (!answer) return undefined;
    const asked: Asked = { version, answer, isLate: false };
    this.#asked.set(tracked, asked);
    return asked;
  }
}
