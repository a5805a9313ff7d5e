import type { Branch, Spread, Value } from '../values';
import { within } from './merge';
import { unknownPart } from './opened';

/** A longer literal is data: nobody asks what a query has to do with its end. */
const mostItems = 1_000;
const mostSpreads = 50;

/** Of what is only said to be there. */
const nowhere = { start: 0, end: 0 };

/** What an object or a list is made of, while it is put together. */
export class Parts<T extends { readonly branch?: Branch }> {
  readonly items: T[] = [];
  readonly spreads: Spread[] = [];
  open = false;

  /** Something that is spread and not known. */
  static unknown<T extends { readonly branch?: Branch }>(value: Value): Parts<T> {
    const parts = new Parts<T>();
    parts.spreads.push({ at: 0, value });
    parts.open = true;
    return parts;
  }

  static of<T extends { readonly branch?: Branch }>(
    items: readonly T[],
    value: { readonly open?: true; readonly spreads?: readonly Spread[] },
  ): Parts<T> {
    const parts = new Parts<T>();
    for (const item of items) parts.push(item);
    parts.spreads.push(...(value.spreads ?? []));
    parts.open ||= value.open === true;
    return parts;
  }

  /** What would make it longer than anybody writes is only said to be more. */
  push(item: T): void {
    if (this.items.length < mostItems) this.items.push(item);
    else this.open = true;
  }

  /** Puts others behind them; with a branch those that are there on one way only. */
  add(others: Parts<T>, branch?: Branch): void {
    if (this.#isUnexplained && others.spreads.length > 0)
      this.#spread(unknownPart(this.items.length, nowhere), undefined);
    for (const spread of others.spreads) this.#spread({ ...spread, at: this.items.length + spread.at }, branch);
    if (others.#isUnexplained && (branch !== undefined || this.spreads.length > 0)) {
      this.#spread(unknownPart(this.items.length, nowhere), branch);
    }
    for (const item of others.items) {
      this.push(branch === undefined ? item : { ...item, branch: within(item.branch, branch) });
    }
    this.open ||= others.open;
  }

  /** Where something is said of what is spread, it is to say all: without a branch that brings it, nothing is open. */
  get #isUnexplained(): boolean {
    return this.open && this.spreads.length === 0;
  }

  #spread(spread: Spread, branch: Branch | undefined): void {
    if (this.spreads.length > mostSpreads) return;
    // The last one stands for all that follow.
    const isLast = this.spreads.length === mostSpreads;
    const marked = branch === undefined || isLast ? spread : { ...spread, branch: within(spread.branch, branch) };
    this.spreads.push(isLast ? unknownPart(spread.at, nowhere) : marked);
  }

  /** What a value says besides its items. */
  get rest(): { readonly open?: true; readonly spreads?: readonly Spread[] } {
    return { ...(this.open ? { open: true } : {}), ...(this.spreads.length === 0 ? {} : { spreads: this.spreads }) };
  }
}
