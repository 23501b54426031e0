/** Listeners that are wrong in every way, which a daemon dials from its host lists; one that it was told to keep is wrong too. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DaemonNode, RawListener, RawPeer, loopbackHost, until } from '@dchat/e2e'
import { SeededRandom } from '@dchat/system'
import { count, promise } from '../../experiment.ts'
import type { Finding, Trial } from '../../experiment.ts'
import { askPings, pongs } from '../pings.ts'
import { FRAME_CLASSES } from './frame-classes.ts'
import type { FrameClass, Verdict } from './frame-classes.ts'
import { isKept } from './malformed-peer.ts'

/** Connections to one listener in a minute: of a slot that comes back to it, and of the refinery that looks whether it is there. */
const DIALS_A_MINUTE = 12
/** How long it is watched what becomes of those that were sent away, in ms. */
const WATCHED_MS = { short: 1_500, long: 120_000 }

interface Wrong {
  readonly kind: FrameClass
  readonly listener: RawListener
  /** Whether the first connection goes on, once that is known. */
  kept?: boolean
}

/** Each connection gets what its class holds, the first of them is what counts. */
async function serve(wrong: Wrong, seed: number, isOver: () => boolean): Promise<void> {
  for (let nth = 0; !isOver(); nth += 1) {
    const peer = await until('the node connects, or all is over', () => wrong.listener.peers[nth] ?? (isOver() ? null : false), {
      timeoutMs: Infinity,
    })
    if (peer === null) return
    try {
      const kept = await isKept(peer, wrong.kind, new SeededRandom(seed + nth))
      wrong.kept ??= kept
    } catch {
      // A visit of the refinery, which ends after the version exchange: nothing of the class is looked at there.
      wrong.kept ??= false
    }
  }
}

function verdictOf({ kept, listener }: Wrong, bans: readonly string[]): Verdict {
  if (bans.includes(new URL(listener.url).hostname)) return 'ban'
  return kept === true ? 'keep' : 'close'
}

const wanted = ({ verdict, dialledVerdict = verdict }: FrameClass): Verdict => dialledVerdict

async function bannedHosts({ client }: DaemonNode): Promise<string[]> {
  return (await client.call('bans.list', [])).map(({ target }) => target.replace(/[:/]\d+$/, ''))
}

/** The findings of one daemon that dials them all. */
export async function dialledListeners(trial: Trial): Promise<readonly Finding[]> {
  await using making = new AsyncDisposableStack()
  const make = async (kind: FrameClass): Promise<Wrong> => ({
    kind,
    listener: making.use(await RawListener.listen(loopbackHost())),
  })
  const listeners = await Promise.all(FRAME_CLASSES.map(make))
  const configured = await make(FRAME_CLASSES.find(({ verdict }) => verdict === 'ban')!)
  const node = making.use(
    new DaemonNode({ config: { net: [`outbound_connections = ${listeners.length}`, `peers = ["${configured.listener.url}"]`] } }),
  )
  const seen = Math.floor(Date.now() / 1_000)
  mkdirSync(join(node.home.path, 'data'), { mode: 0o700 })
  node.home.write('data/hostlist.tsv', listeners.map(({ listener }) => `white\t${listener.url}\t${seen}\n`).join(''))
  let isOver = false
  const all = [...listeners, configured]
  const served = all.map((wrong, index) => serve(wrong, trial.seed * 1_000_003 + index * 1_009, () => isOver))
  const beganMs = performance.now()
  await node.start()
  await node.reaches('run')
  const honest = making.use(await RawPeer.dial(await node.url(), loopbackHost()))
  await honest.greet('dialer')
  void pongs(honest)
  let answered = 0
  let fault: unknown
  void askPings(honest, () => (answered += 1)).catch((error: unknown) => (fault = error))
  await until('all listeners were dialled', () => all.every(({ kept }) => kept !== undefined), { timeoutMs: 60_000 })
  await sleep(trial.of(WATCHED_MS.short, WATCHED_MS.long))
  const bans = await bannedHosts(node)
  const endedMs = performance.now()
  const isServing = fault === undefined && !honest.isClosed && answered > 0 && node.program.ending === undefined
  const most = Math.max(...all.map(({ listener }) => listener.peers.length))
  const cameBack = listeners.filter((wrong) => verdictOf(wrong, bans) === 'ban' && wrong.listener.peers.length > 1)
  isOver = true
  await node[Symbol.asyncDispose]()
  await Promise.all(served)
  const otherwise = listeners
    .filter((wrong) => verdictOf(wrong, bans) !== wanted(wrong.kind))
    .map((wrong) => `${wrong.kind.name}: ${verdictOf(wrong, bans)}, not ${wanted(wrong.kind)}`)
  const isSpared = !bans.includes(new URL(configured.listener.url).hostname)
  return [
    promise(`as many listeners that were wrong in one of ${FRAME_CLASSES.length} ways, which the daemon dialled`, {
      outcome:
        otherwise.length === 0
          ? `each was kept, left or banned as described; a peer of the configuration ${isSpared ? 'not banned' : 'banned'}`
          : `${count(otherwise.length)} otherwise: ${otherwise.slice(0, 3).join('; ')}`,
      aim: 'what docs/wire.md says of each; who is configured is never banned',
      isMet: otherwise.length === 0 && isSpared,
    }),
    promise('those that were banned, and an honest peer meanwhile', {
      outcome: `${cameBack.length} dialled again; the honest peer ${isServing ? 'served' : `dropped: ${String(fault)}`}`,
      aim: 'none dialled again, served',
      isMet: cameBack.length === 0 && isServing,
    }),
    promise('dials of one listener that ends each connection', {
      outcome: `at most ${most} in ${((endedMs - beganMs) / 1_000).toFixed(0)} s`,
      aim: `at most ${DIALS_A_MINUTE} a minute`,
      isMet: most <= DIALS_A_MINUTE * Math.ceil((endedMs - beganMs) / 60_000),
    }),
  ]
}
