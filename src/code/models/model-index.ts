import type { TextRange } from '../../nouns/text-range';
import type { ModelIndex } from '../orms/orm';
import { sharedFolders } from '../resolve/paths';
import type { ProgramFiles } from '../resolve/program-files';
import type { Association, Model } from './model';

/** Models of all libraries, found by name and by place. */
export class WorkspaceModels implements ModelIndex {
  readonly #program: ProgramFiles;
  readonly #byLibrary = new Map<string, Model[]>();
  readonly #byName = new Map<string, Model[]>();

  constructor(models: Iterable<Model>, program: ProgramFiles) {
    this.#program = program;
    for (const model of models) {
      add(this.#byLibrary, model.library, model);
      add(this.#byName, `${model.library}\n${model.name}`, model);
    }
  }

  of(library: string): readonly Model[] {
    return this.#byLibrary.get(library) ?? [];
  }

  named(library: string, name: string, uri: string): Model | undefined {
    const found = this.#byName.get(`${library}\n${name}`) ?? [];
    return found.length <= 1 ? found[0] : (this.#imported(found, uri) ?? nearest(found, uri));
  }

  declaredAt(library: string, uri: string, range: TextRange): Model | undefined {
    const here = this.of(library).filter((model) => model.uri === uri);
    return (
      here.find((model) => model.range.start === range.start && model.range.end === range.end) ??
      here.find((model) => contains(model.range, range) || contains(range, model.range))
    );
  }

  target(model: Model, association: Association): Model | undefined {
    const { target, targetUri } = association;
    const at = targetUri ?? model.uri;
    const found = this.#byName.get(`${model.library}\n${target}`) ?? [];
    return found.find((one) => one.uri === targetUri) ?? this.named(model.library, target, at);
  }

  #imported(models: readonly Model[], uri: string): Model | undefined {
    const file = this.#program.files.get(uri);
    const imported = new Set(file?.imports.map((one) => this.#program.modules.resolve(one.from, uri)));
    return models.find((model) => model.uri === uri) ?? models.find((model) => imported.has(model.uri));
  }
}

/** The one that shares most folders with the file. */
function nearest(models: readonly Model[], uri: string): Model | undefined {
  return models.toSorted((a, b) => sharedFolders(b.uri, uri) - sharedFolders(a.uri, uri))[0];
}

function contains(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function add(map: Map<string, Model[]>, key: string, model: Model): void {
  const list = map.get(key);
  if (list) list.push(model);
  else map.set(key, [model]);
}
