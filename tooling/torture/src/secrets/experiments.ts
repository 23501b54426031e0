/** Where the programs come from, and what they must not give away. */
import type { Experiment } from '../experiment.ts'
import { CORE_DUMPS } from './core-dumps.ts'
import { DEBUGGER } from './debugger.ts'
import { FOREIGN_CODE } from './foreign-code.ts'

export const SECRETS: readonly Experiment[] = [FOREIGN_CODE, DEBUGGER, CORE_DUMPS]
