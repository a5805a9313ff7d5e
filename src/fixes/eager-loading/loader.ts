import type { QueryPlace, Repetition } from '../../code/calls/repetition';
import type { Association, Model } from '../../code/models/model';
import type { DocumentEdit } from '../../nouns/fix';

/** How one library asks for rows with what belongs to them. A new one is a file here and a line in loaders.ts. */
export interface EagerLoader {
  readonly library: string;
  /** In the title: `include`. */
  readonly word: string;
  /** It can load what hangs on associations that are loaded already: `path` of the outer call may have names. */
  readonly isNested?: true;
  /** It loads the associations on the way as well: they need not be loaded already. */
  readonly loadsWay?: true;
  /** Edits of the call that gives the rows; undefined when it cannot be said for certain. In the file of `outer`. */
  load(outer: OuterCall): readonly DocumentEdit[] | undefined;
  /** Whether the calls in the loop may stay as they are, because the library answers them from what was loaded. */
  keepsAccess?(repetition: Repetition): boolean;
  /** The call in the loop gives undefined where there is no such row; the property has null then. */
  readonly givesUndefined?: true;
  /** `post.author`; by default the association's name behind the row's. */
  read?(row: string, association: Association): string;
}

export interface OuterCall {
  readonly source: string;
  readonly place: QueryPlace;
  readonly association: Association;
  /** Whose association it is: of the rows. */
  readonly model: Model;
  /** What is asked for in the loop. */
  readonly target?: Model;
  /** The associations between the call's rows and these, loaded with the call: ['comments'] for `post.comments`. */
  readonly path: readonly string[];
}
