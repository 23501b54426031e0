/** Many daemons for a long time. */
import type { Experiment } from '../experiment.ts'
import { soak } from './soak.ts'

export const LONG: readonly Experiment[] = [soak]
