/** Many daemons for a long time. */
import type { Experiment } from '../experiment.ts'

export const LONG: readonly Experiment[] = []
