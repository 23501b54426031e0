/** Every attack on a node that serves honest peers, in the order in which they are tried. */
import type { Attack } from './attack.ts'
import { SLOW_ATTACKS } from './attacks/slow.ts'

export const ATTACKS: readonly Attack[] = [...SLOW_ATTACKS]
