import type { FileFacts } from '../facts/facts';
import type { Edge } from './call-graph';
import { holdersOf, lastName } from './function-names';
import type { QueryPlace, RepetitionStep } from './repetition';

/** `listPosts` for `PostsService.listPosts`; for a callback the function around it. */
export function functionStep(file: FileFacts, index: number): RepetitionStep {
  for (let one: number | undefined = index; one !== undefined; one = file.functions[one]?.parent) {
    const facts = file.functions[one];
    if (!facts) break;
    if (facts.name !== '') return { uri: file.uri, range: facts.nameRange, name: lastName(facts.name) };
    // `exports.getFeed = asyncHandler(async (req, res) => …)`
    const [holder] = holdersOf(file, one);
    if (holder) return { uri: file.uri, range: facts.nameRange, name: holder };
  }
  const facts = file.functions[index];
  return { uri: file.uri, range: facts?.nameRange ?? { start: 0, end: 0 }, name: fileName(file.uri) };
}

function fileName(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}

export function placeStep(place: QueryPlace): RepetitionStep {
  return { uri: place.uri, range: place.range, name: place.name };
}

/** `toJSON` for `posts.map(toJSON)`, `post.toJSON()` and `toJSON(post)`. */
export function nameOf({ chain, link, callee }: Edge): string {
  const name = chain.links[link]?.name || (typeof chain.root === 'string' ? chain.root : '');
  return name || lastName(callee.file.functions[callee.function]?.name ?? '');
}
