import type { ProblemReason } from '../nouns/problem';

/** The diagnosis that finds out why. A server that ends a connection in the middle has mostly lost a process, for want of memory. */
export const diagnosisCommands: Readonly<Record<ProblemReason, string>> = {
  'too many connections': 'planlight.diagnosePoolExhausted',
  'connection lost': 'planlight.diagnoseHighMemory',
  'out of memory': 'planlight.diagnoseHighMemory',
};
