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
import { startStages } from './start-stages.ts'
import { suspend } from './suspend.ts'
import { twoDaemons } from './two-daemons.ts'

export const FAULTS: readonly Experiment[] = [
  killUnderLoad,
  fullDisk,
  badConfig,
  startStages,
  powerCut,
  twoDaemons,
  damagedStore,
  readOnlyDisk,
  fewFiles,
  damagedFiles,
  partitionHeal,
  badLink,
  suspend,
  clockJumps,
  nameTrouble,
  oneFamily,
  alone,
]
