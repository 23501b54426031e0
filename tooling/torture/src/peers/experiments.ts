/** Hostile peers against a daemon that serves honest ones. */
import type { Experiment } from '../experiment.ts'
import type { Attack } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { siege } from './siege.ts'

/** How long one that the node need not end is watched. */
const WATCH_MS = { short: 2_000, long: 30_000 }

/** One attacker alone. */
function alone(attack: Attack): Experiment {
  return {
    part: 'peers',
    name: attack.name,
    claim: `honest peers are served as before by a node that meets a peer that ${attack.does}`,
    ...(attack.reference === undefined ? {} : { reference: attack.reference }),
    needs: ['nft'],
    run: (trial) =>
      siege(trial, [{ attack, count: 1, size: trial.of(attack.sizes.short, attack.sizes.long) }], {
        forMs: trial.of(WATCH_MS.short, WATCH_MS.long),
        ...(attack.slots === undefined ? {} : { slots: attack.slots }),
      }),
  }
}

export const PEERS: readonly Experiment[] = ATTACKS.map(alone)
