import type * as vscode from 'vscode';
import type { Finding } from '../nouns/finding';
import type { CodeIndex } from './code-index';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import type { PlacesInFiles } from './places-in-files';
import type { TrackedDocument } from './tracked-document';

/** Nothing was typed or read for so long, in ms. */
const QUIET_MS = 1_200;

/** What the program does with its queries over functions and files, said in the open documents once nobody types. */
export class ProgramFindings implements Feature {
  readonly #tracker: DocumentTracker;
  readonly #code: CodeIndex;
  readonly #places: PlacesInFiles;
  readonly #errors: ErrorReporter;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  /** What the last answer was of; the same is not asked again. */
  #asked = '';

  constructor(options: {
    readonly tracker: DocumentTracker;
    readonly code: CodeIndex;
    readonly places: PlacesInFiles;
    readonly errors: ErrorReporter;
  }) {
    this.#tracker = options.tracker;
    this.#code = options.code;
    this.#places = options.places;
    this.#errors = options.errors;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(
      { dispose: () => clearTimeout(this.#timer) },
      this.#tracker.onDidChange(() => this.#soon()),
      this.#code.onDidChange(() => {
        this.#asked = '';
        this.#soon();
      }),
    );
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#errors.background('Looking at the program', () => this.#look()), QUIET_MS);
  }

  async #look(): Promise<void> {
    const documents = [...this.#tracker.all()].filter(({ document }) => this.#code.mayHold(document));
    const asked = questionOf(documents);
    if (documents.length === 0 || asked === this.#asked || this.#isRunning) return;
    // The program knows a text as it was read last; its findings' edits would not fit what was typed since.
    if (documents.some(({ readVersion, document }) => readVersion !== document.version)) return;
    this.#isRunning = true;
    try {
      const { measuredQueries } = await import('../analysis/code/measured-queries');
      const judgements = documents.flatMap(({ queries }) => queries.flatMap(({ judgement }) => judgement ?? []));
      const found = await this.#code.findings({ measured: measuredQueries(judgements) });
      if (!found) return;
      await this.#show(documents, found, asked);
    } finally {
      this.#isRunning = false;
      // Somebody typed meanwhile: the answer was not shown, or not of all.
      if (questionOf(documents) !== asked) this.#soon();
    }
  }

  async #show(
    documents: readonly TrackedDocument[],
    found: ReadonlyMap<string, readonly Finding[]>,
    asked: string,
  ): Promise<void> {
    const findings = new Map(documents.map((tracked) => [tracked, found.get(tracked.document.uri.fsPath) ?? []]));
    await this.#places.lookUp([...findings.values()].flat());
    if (questionOf(documents) !== asked) return;
    this.#asked = asked;
    this.#tracker.setProgramFindings(findings);
  }
}

/** The texts, and which of their queries have plans. */
function questionOf(documents: readonly TrackedDocument[]): string {
  return documents
    .map(({ key, document, queries }) => {
      const planned = queries.filter(({ judgement }) => judgement?.explained).length;
      return `${key} ${document.version} ${planned}`;
    })
    .join('\n');
}
