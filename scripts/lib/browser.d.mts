import type { Browser } from 'playwright-core';

/** The machine's own Chromium, else Debian's (where we may install it), else the one that a package carries. */
export function launchBrowser(): Promise<Browser>;
