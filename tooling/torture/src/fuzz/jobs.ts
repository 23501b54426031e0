/** Everything that is tried, by what its inputs are. */
import type { FuzzJob } from './fuzz-job.ts'
import { jobOf } from './fuzz-loop.ts'
import { OTHER_VALUES } from './made/other-values.ts'
import { POST_VALUES } from './made/post-values.ts'
import { WIRE_VALUES } from './made/wire-values.ts'
import { TARGETS } from './targets.ts'

/** Bytes that are almost right. */
export const BYTE_JOBS: readonly FuzzJob[] = TARGETS.map(jobOf)

/** Values that are right, and come back as they were. */
export const MADE_JOBS: readonly FuzzJob[] = [...WIRE_VALUES, ...POST_VALUES, ...OTHER_VALUES]

export const JOBS: readonly FuzzJob[] = [...BYTE_JOBS, ...MADE_JOBS]
