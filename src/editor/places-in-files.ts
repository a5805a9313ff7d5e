import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { Positions } from '../code/positions';
import { sourceText } from '../code/source-text';
import type { Finding, RelatedPlace } from '../nouns/finding';
import { toRange } from './positions';

/** Lines of places in files that may not be open: looked up once, when a finding comes, and remembered with it. */
export class PlacesInFiles {
  readonly #known = new WeakMap<RelatedPlace, vscode.Location>();

  /** Places whose file could not be read are left out. */
  related({ related = [] }: Finding): vscode.DiagnosticRelatedInformation[] {
    return related.flatMap((place) => {
      const location = this.#known.get(place);
      return location ? [new vscode.DiagnosticRelatedInformation(location, place.message)] : [];
    });
  }

  /** Before the findings are shown. */
  async lookUp(findings: Iterable<Finding>): Promise<void> {
    const texts = new Map<string, Promise<Positions | undefined>>();
    const pending = [...findings].flatMap(({ related = [] }) => related);
    await Promise.all(
      pending.map(async (place) => {
        const uri = vscode.Uri.file(place.uri);
        const open = openDocument(uri);
        if (open) {
          this.#known.set(place, new vscode.Location(uri, toRange(open, place.range)));
          return;
        }
        const text = texts.get(place.uri) ?? positionsIn(place.uri);
        texts.set(place.uri, text);
        const at = (await text)?.of(place.range);
        if (!at) return;
        const range = new vscode.Range(at.line - 1, at.column - 1, at.endLine - 1, at.endColumn - 1);
        this.#known.set(place, new vscode.Location(uri, range));
      }),
    );
  }
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
}

/** Undefined: the file is gone, or may not be read. */
function positionsIn(path: string): Promise<Positions | undefined> {
  return readFile(path).then(
    (bytes) => new Positions(sourceText(bytes)),
    () => undefined,
  );
}
