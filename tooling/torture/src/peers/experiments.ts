/** Hostile peers against a daemon that serves honest ones. */
import type { Experiment } from '../experiment.ts'

export const PEERS: readonly Experiment[] = []
