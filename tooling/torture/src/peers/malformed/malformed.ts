/** Every way of being wrong, thousands of times, against a daemon that goes on serving: each gets what docs/wire.md says, and nobody else any of it. */
import { DaemonNode, RawPeer, loopbackHost, until } from '@dchat/e2e'
import { SeededRandom } from '@dchat/system'
import { count, promise } from '../../experiment.ts'
import type { Experiment, Finding, Trial } from '../../experiment.ts'
import { askPings, pongs } from '../pings.ts'
import { residentMib } from '../process-figures.ts'
import { dialledListeners } from './dialled-listeners.ts'
import { FRAME_CLASSES } from './frame-classes.ts'
import { encounter } from './malformed-peer.ts'

/** Peers at once: fewer than the node has places for. */
const AT_ONCE = 12
/** A node whose memory is bounded stays below it, whatever came: the runtime collects what is old when there is much of it. */
const MEMORY_MIB = 384

interface Tally {
  encounters: number
  readonly wrong: string[]
}

/** The classes in turn, until so many peers have come. */
async function meetAll(url: string, trial: Trial): Promise<Tally> {
  const tally: Tally = { encounters: 0, wrong: [] }
  const total = FRAME_CLASSES.length * trial.of(4, 200)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < total) {
      const number = next++
      const wrong = FRAME_CLASSES[number % FRAME_CLASSES.length]!
      const random = new SeededRandom(trial.seed * 100_003 + number)
      const verdict = await encounter({ url, host: loopbackHost(), random }, wrong)
      tally.encounters += 1
      if (verdict !== wrong.verdict) tally.wrong.push(`${wrong.name} (number ${number}): ${verdict}, not ${wrong.verdict}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return tally
}

async function run(trial: Trial): Promise<readonly Finding[]> {
  return [...(await whoCome(trial)), ...(await dialledListeners(trial))]
}

async function whoCome(trial: Trial): Promise<readonly Finding[]> {
  await using node = await DaemonNode.running({ config: { net: ['outbound_connections = 0', 'inbound_connections = 64'] } })
  const url = await node.url()
  await using honest = await RawPeer.dial(url, loopbackHost())
  await honest.greet('dialer')
  void pongs(honest)
  let answered = 0
  const faults: unknown[] = []
  void askPings(honest, () => (answered += 1)).catch((error: unknown) => faults.push(error))
  const before = residentMib(node.program.pid)
  const { encounters, wrong } = await meetAll(url, trial)
  const after = residentMib(node.program.pid)
  await until('all the wrong peers are gone', async () => (await node.peerCount()) <= 1)
  const last = answered
  await until('a ping of the honest peer is answered once more', () => answered > last || faults.length > 0)
  const isServing = faults.length === 0 && node.program.ending === undefined && (await node.peerCount()) === 1
  return [
    promise(`${count(encounters)} peers that were wrong in one of ${FRAME_CLASSES.length} ways, in pieces of any size`, {
      outcome:
        wrong.length === 0
          ? 'each was kept, sent away or banned as described'
          : `${count(wrong.length)} otherwise: ${wrong.slice(0, 3).join('; ')}`,
      aim: 'what docs/wire.md says of each',
      isMet: wrong.length === 0,
    }),
    promise('an honest peer and the daemon meanwhile', {
      outcome: `${isServing ? `served, ${count(answered)} of its pings answered` : `dropped: ${String(faults[0])}`}; ${before.toFixed(0)} MiB before, ${after.toFixed(0)} after`,
      aim: `served, at most ${MEMORY_MIB} MiB`,
      isMet: isServing && after <= MEMORY_MIB,
    }),
  ]
}

export const malformed: Experiment = {
  part: 'peers',
  name: 'malformed-frames',
  claim: 'every way of being wrong has the consequence that is described, and none for anybody else',
  reference: 'bans for the end of a connection inside a frame, and loses its place in the stream at bytes left over',
  run,
}
