/** Where the programs come from, and what they must not give away. */
import type { Experiment } from '../experiment.ts'
import { FOREIGN_CODE } from './foreign-code.ts'

export const SECRETS: readonly Experiment[] = [FOREIGN_CODE]
