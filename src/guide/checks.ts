import { connections } from './bottleneck/connections';
import type { Check } from './check';

/** Every check, in the order of the guide's steps and of importance within a step. */
export const checks: readonly Check[] = [connections];
