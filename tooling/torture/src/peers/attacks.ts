/** Every attack on a node that serves honest peers, in the order in which they are tried. */
import type { Attack } from './attack.ts'
import { DOORWAY_ATTACKS } from './attacks/doorway.ts'
import { FLOODS } from './attacks/floods.ts'
import { LIARS } from './attacks/liars.ts'
import { SLOW_ATTACKS } from './attacks/slow.ts'
import { TLS_ATTACKS } from './attacks/tls.ts'

export const ATTACKS: readonly Attack[] = [...DOORWAY_ATTACKS, ...TLS_ATTACKS, ...SLOW_ATTACKS, ...FLOODS, ...LIARS]
