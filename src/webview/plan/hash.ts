/**
 * pev2 is steered by the page's fragment: `#grid`, `#plan/node/3`. Two pictures on one page share it. So a click on a
 * node, after which pev2 writes the fragment, must reach no other picture, and VS Code's own handling of links, which
 * scrolls instead of changing the fragment, must not come first.
 */
export class HashSteering {
  #selecting = false;

  /** To be called before the first picture is drawn. */
  start(): void {
    window.addEventListener('hashchange', (event) => {
      if (!this.#selecting && location.hash.includes('/node/')) event.stopImmediatePropagation();
    });
    document.addEventListener(
      'click',
      (event) => {
        const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
        const hash = link?.getAttribute('href');
        if (!hash) return;
        event.preventDefault();
        event.stopPropagation();
        this.#change(hash);
      },
      { capture: true },
    );
  }

  /** To be called between the first and the second picture, since findings are about the first one's nodes; returns the undoing. */
  shieldSecond(): () => void {
    const shield = (event: HashChangeEvent) => {
      if (this.#selecting) event.stopImmediatePropagation();
    };
    window.addEventListener('hashchange', shield);
    return () => window.removeEventListener('hashchange', shield);
  }

  /** No node is selected in new pictures. */
  reset(): void {
    history.replaceState(null, '', '#plan');
  }

  /** `nodeId` counts from 0 in pre-order; pev2 counts from 1. */
  select(nodeId: number): void {
    this.#change(`#plan/node/${nodeId + 1}`);
  }

  #change(hash: string): void {
    this.#selecting = hash.includes('/node/');
    if (location.hash === hash) window.dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = hash;
    // The event comes in a later task; whatever follows it is pev2's own doing.
    setTimeout(() => {
      this.#selecting = false;
    }, 50);
  }
}
