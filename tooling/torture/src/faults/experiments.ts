/** What goes wrong with the machine, the clock and the network. */
import type { Experiment } from '../experiment.ts'
import { alone } from './alone.ts'
import { badConfig } from './bad-config.ts'
import { badLink } from './bad-link.ts'
import { clockJumps } from './clock-jumps.ts'
import { damagedFiles } from './damaged-files.ts'
import { damagedStore } from './damaged-store.ts'
import { fewFiles } from './few-files.ts'
import { fullDisk } from './full-disk.ts'
import { killUnderLoad } from './kill-under-load.ts'
import { nameTrouble } from './name-trouble.ts'
import { oneFamily } from './one-family.ts'
import { partitionHeal } from './partition.ts'
import { powerCut } from './power-cut.ts'
import { readOnlyDisk } from './read-only-disk.ts'
import { seedStartStages } from './seed-start-stages.ts'
import { startStages } from './start-stages.ts'
import { suspend } from './suspend.ts'
import { twoDaemons } from './two-daemons.ts'

/** What goes wrong with a process, its files and its disk. */
export const MACHINE_FAULTS: readonly Experiment[] = [
  killUnderLoad,
  fullDisk,
  badConfig,
  startStages,
  seedStartStages,
  powerCut,
  twoDaemons,
  damagedStore,
  readOnlyDisk,
  fewFiles,
  damagedFiles,
]
/** What goes wrong around it: most of it is waiting. */
export const SURROUNDING_FAULTS: readonly Experiment[] = [
  partitionHeal,
  badLink,
  suspend,
  clockJumps,
  nameTrouble,
  oneFamily,
  alone,
]
export const FAULTS: readonly Experiment[] = [...MACHINE_FAULTS, ...SURROUNDING_FAULTS]
