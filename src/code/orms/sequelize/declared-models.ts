import type { TextRange } from '../../../nouns/text-range';
import type { Association, SequelizeModel } from './declared';

/** The models of a workspace, by the place where they are declared and by name. */
export class DeclaredModels {
  readonly #byPlace = new Map<string, SequelizeModel>();
  readonly #byName = new Map<string, SequelizeModel[]>();
  readonly #associations = new Map<string, Association>();

  add(model: SequelizeModel): void {
    this.#byPlace.set(place(model.uri, model.range), model);
    const named = this.#byName.get(model.name) ?? [];
    named.push(model);
    this.#byName.set(model.name, named);
  }

  addAssociation(association: Association): void {
    this.#associations.set(place(association.uri, association.range), association);
  }

  get all(): SequelizeModel[] {
    return [...this.#byName.values()].flat();
  }

  declaredAt(uri: string, range: TextRange): SequelizeModel | undefined {
    return this.#byPlace.get(place(uri, range));
  }

  associationAt(uri: string, range: TextRange): Association | undefined {
    return this.#associations.get(place(uri, range));
  }

  /** Where several folders have a model of this name, the one whose path has most in common with `uri`. */
  named(name: string, uri: string): SequelizeModel | undefined {
    const models = this.#byName.get(name) ?? [];
    return models.reduce<SequelizeModel | undefined>(
      (best, each) => (best === undefined || common(each.uri, uri) > common(best.uri, uri) ? each : best),
      undefined,
    );
  }
}

function place(uri: string, range: TextRange): string {
  return `${uri}:${range.start}`;
}

/** How many folders two paths share. */
export function common(a: string, b: string): number {
  const folders = b.split('/');
  const differs = a.split('/').findIndex((folder, i) => folder !== folders[i]);
  return differs < 0 ? folders.length : differs;
}
