/** Where the programs come from, and what they must not give away. */
import type { Experiment } from '../experiment.ts'

export const SECRETS: readonly Experiment[] = []
