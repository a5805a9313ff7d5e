import { connections } from './bottleneck/connections';
import { hitRatio } from './bottleneck/hit-ratio';
import { resource } from './bottleneck/resource';
import { sizes } from './bottleneck/sizes';
import { slowStatements } from './bottleneck/slow-statements';
import { statementCounting } from './bottleneck/statement-counting';
import type { Check } from './check';

/** Every check, in the order of the guide's steps and of importance within a step. */
export const checks: readonly Check[] = [resource, connections, statementCounting, slowStatements, hitRatio, sizes];
