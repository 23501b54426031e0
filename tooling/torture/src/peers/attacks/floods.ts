/** Peers that say what is allowed, as fast as the node takes it. */
import { promise } from '../../experiment.ts'
import type { Attack, Ground } from '../attack.ts'
import { FloodPeer } from '../floods/flood-peer.ts'
import { chatFloods, controlFloods, heldPosts, historyFloods, longestAddr, postFloods } from '../floods/flood-frames.ts'
import type { Held } from '../floods/flood-frames.ts'
import { each } from './tools.ts'

/** Of `addr` in ten seconds, beside the few others of a channel: one below what the metering bans. */
const ADDRS_AT_ONCE = 20
const METERING_MS = 10_500

const mib = (bytes = 0): number => Math.round(bytes / 2 ** 20)

/** One of the floods of each kind, by number. The first brings the posts that others ask for. */
async function floodAtLineRate(ground: Ground, options: { number: number; held: Held }): Promise<void> {
  const { number, held } = options
  const host = ground.host(number)
  const peer = await FloodPeer.greeted(ground, host)
  if (number === 0) await peer.send(Buffer.concat(held.frames))
  const makers = [...historyFloods(ground.random, held), ...chatFloods(), ...postFloods(host)]
  await peer.flood(makers[number % makers.length]!())
}

async function breakMetering(ground: Ground, number: number): Promise<void> {
  for (let round = 0; !ground.signal.aborted; round += 1) {
    const peer = await FloodPeer.greeted(ground, ground.host(number + round * ground.size))
    const floods = controlFloods(ground.random)
    await peer.flood(floods[number % floods.length]!())
  }
}

async function tellAddresses(ground: Ground, number: number): Promise<void> {
  const peer = await FloodPeer.greeted(ground, ground.host(number))
  while (!peer.isGone && !ground.signal.aborted) {
    for (let count = 0; count < ADDRS_AT_ONCE; count += 1) await peer.send(longestAddr(ground.random.int(1_000)))
    ground.count('addr', ADDRS_AT_ONCE)
    await ground.pause(METERING_MS)
  }
}

export const FLOODS: readonly Attack[] = [
  {
    name: 'line-rate',
    does: 'sends lines, posts and questions about history as fast as they are taken, each command and length on a channel of its own',
    sizes: { short: 23, long: 46, among: 4 },
    slots: 64,
    isEndless: true,
    goneWithinMs: () => null,
    reference: 'queues chat without a bound',
    run: (ground) => {
      const held = heldPosts(ground.host(0))
      return each(ground, (number) => floodAtLineRate(ground, { number, held }))
    },
    judge: (tally) => [
      promise('flooders that keep to the rules', {
        outcome: `${tally['let in'] ?? 0} let in, ${mib(tally['bytes'])} MiB sent; ${tally['ended by the node'] ?? 0} sent away, as pings wait behind the flood`,
        aim: 'heard, and none banned',
        isMet: (tally['let in'] ?? 0) > 0 && (tally['bytes'] ?? 0) > 0,
      }),
    ],
  },
  {
    name: 'metering-flood',
    isLongOnly: true,
    does: 'sends one of the metered commands as fast as it is taken, and comes again from another host when it is sent away',
    sizes: { short: 6, long: 6, among: 6 },
    slots: 64,
    isEndless: true,
    isBanned: true,
    goneWithinMs: () => null,
    run: (ground) => each(ground, (number) => breakMetering(ground, number)),
  },
  {
    name: 'address-flood',
    does: 'sends the longest address messages again and again, just below what the metering bans: public, private, reserved and own addresses, seen in the year 2^63',
    sizes: { short: 11, long: 22, among: 2 },
    slots: 64,
    isEndless: true,
    isBanned: 'perhaps',
    goneWithinMs: () => null,
    reference: 'takes addresses seen in the future as they are, and saves them',
    run: (ground) => each(ground, (number) => tellAddresses(ground, number)),
  },
]
