import type { Diagnosis } from './diagnosis';
import { highCpu } from './high-cpu';
import { highMemory } from './high-memory';
import { poolExhausted } from './pool-exhausted';

/** The troubles of the guide, in its order. */
export const diagnoses: readonly Diagnosis[] = [highCpu, highMemory, poolExhausted];
