import type { Use } from '../facts';
import type { ChainValue } from '../values';
import type { Taker } from './expressions';
import type { Variable } from './flow';
import type { Frame, Mutable } from './frame';

const nothing: ChainValue = {
  kind: 'chain',
  root: '',
  rootRange: { start: 0, end: 0 },
  links: [],
  range: { start: 0, end: 0 },
};

/** Records the chains of a function. */
export class UseRecorder {
  /** Outer chains come before those in their arguments, as in the text. */
  reserve(frame: Frame, isAwaited: boolean, taker: Taker): Mutable<Use> {
    const use: Mutable<Use> = { chain: nothing };
    if (isAwaited) use.isAwaited = true;
    if (frame.loop !== undefined) use.loop = frame.loop;
    if (frame.branch !== undefined) use.branch = frame.branch;
    const within = taker.within ?? (frame.isTry ? 'try' : undefined);
    if (within !== undefined) use.within = within;
    frame.draft.uses.push(use);
    return use;
  }

  fill(use: Mutable<Use>, chain: ChainValue, taker: Taker): void {
    use.chain = chain;
    taker.onUse?.(use);
  }

  drop(frame: Frame, use: Mutable<Use>): void {
    // Nothing was read since it was reserved: it is the last one.
    if (frame.draft.uses.at(-1) === use) frame.draft.uses.pop();
  }

  /** What goes on in a later use is not sent by itself. */
  continueThose(variable: Variable): void {
    for (const use of variable.uses) use.isContinued = true;
  }
}
