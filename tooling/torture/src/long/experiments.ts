/** Many daemons for a long time. */
import type { Experiment } from '../experiment.ts'
import { fullSync } from './full-sync.ts'
import { soak } from './soak.ts'

export const LONG: readonly Experiment[] = [fullSync, soak]
