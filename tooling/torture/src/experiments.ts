/** Every experiment, in the order in which they run. */
import type { Experiment } from './experiment.ts'
import { FAULTS } from './faults/experiments.ts'
import { FUZZ } from './fuzz/experiments.ts'
import { LONG } from './long/experiments.ts'
import { PEERS } from './peers/experiments.ts'
import { SECRETS } from './secrets/experiments.ts'

export const EXPERIMENTS: readonly Experiment[] = [...PEERS, ...FUZZ, ...FAULTS, ...LONG, ...SECRETS]
