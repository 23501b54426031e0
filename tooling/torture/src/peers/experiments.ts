/** Hostile peers against a daemon that serves honest ones. */
import { count } from '../experiment.ts'
import type { Experiment } from '../experiment.ts'
import type { Attack } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { eclipse } from './eclipse/eclipse.ts'
import { slowClients } from './clients/slow-clients.ts'
import { malformed } from './malformed/malformed.ts'
import { strictReference } from './judge/strict-reference.ts'
import { siege } from './siege.ts'
import { syncLiars } from './sync-liars/sync-liars.ts'
import { weakPoints } from './weak-points/weak-points.ts'

/** How long one that the node need not end is watched. */
const WATCH_MS = { short: 2_000, long: 30_000 }
const CROWD = 100
/** Inbound slots of a node that a crowd attacks: most of them are let in. */
const CROWD_SLOTS = 64
/** In the long form twice as long as the node keeps any connection that it ends; in the short one most of them. */
const CROWD_MS = { short: 20_000, long: 120_000 }
/**
 * What a node with so many slots may take: 140 MiB by itself; of each channel a queue of 1 MiB to it, 2 MiB of messages that wait and
 * 1 MiB of a frame that is under way; 64 MiB of those that have not greeted; and garbage that the runtime has not collected yet.
 */
const CROWD_MEMORY_MIB = 640

/** One attacker alone. */
function alone(attack: Attack): Experiment {
  return {
    part: 'peers',
    name: attack.name,
    claim: `who ${attack.does} takes nothing from honest peers`,
    ...(attack.reference === undefined ? {} : { reference: attack.reference }),
    needs: ['nft'],
    ...(attack.isLongOnly === undefined ? {} : { isLongOnly: attack.isLongOnly }),
    run: (trial) =>
      siege(trial, [{ attack, count: 1, size: trial.of(attack.sizes.short, attack.sizes.long) }], {
        forMs: trial.of(WATCH_MS.short, WATCH_MS.long),
        ...(attack.slots === undefined ? {} : { slots: attack.slots }),
      }),
  }
}

const crowd: Experiment = {
  part: 'peers',
  name: 'hundred-at-once',
  claim: `${count(CROWD)} attackers of all kinds at once take nothing from honest peers`,
  needs: ['nft'],
  run: (trial) => {
    const each = Math.ceil(CROWD / ATTACKS.length)
    const forces = ATTACKS.map((attack) => ({ attack, count: each, size: attack.sizes.among }))
    return siege(trial, forces, {
      forMs: trial.of(WATCH_MS.short, WATCH_MS.long),
      endsMs: trial.of(CROWD_MS.short, CROWD_MS.long),
      slots: CROWD_SLOTS,
      memoryMib: CROWD_MEMORY_MIB,
    })
  },
}

export const PEERS: readonly Experiment[] = [
  strictReference,
  weakPoints,
  slowClients,
  malformed,
  syncLiars,
  eclipse,
  ...ATTACKS.map(alone),
  crowd,
]
