/** Where the programs come from, and what they must not give away. */
import type { Experiment } from '../experiment.ts'
import { CORE_DUMPS } from './core-dumps.ts'
import { DEBUGGER } from './debugger.ts'
import { FILE_MODES } from './file-modes.ts'
import { FOREIGN_CODE } from './foreign-code.ts'
import { SECRET_TRACES } from './secret-traces.ts'
import { SUPPLY_CHAIN } from './supply-chain.ts'

export const SECRETS: readonly Experiment[] = [SUPPLY_CHAIN, FOREIGN_CODE, FILE_MODES, SECRET_TRACES, DEBUGGER, CORE_DUMPS]
