/** Bytes and texts that are almost right, for everything that reads. */
import type { Experiment } from '../experiment.ts'

export const FUZZ: readonly Experiment[] = []
