/** What goes wrong with the machine, the clock and the network. */
import type { Experiment } from '../experiment.ts'

export const FAULTS: readonly Experiment[] = []
