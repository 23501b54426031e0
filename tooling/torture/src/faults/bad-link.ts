/** Two nodes at the ends of a slow, lossy and narrow way. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { daemonIn, urlIn } from '../spaces/space-daemon.ts'
import type { NetSpace } from '../spaces/net-space.ts'
import { SpaceNetwork } from '../spaces/space-network.ts'
import { Talk, channelIds, lostChannels } from './talk.ts'
import { quantile } from './quantile.ts'

const LOSS_PERCENT = 5
const ONE_WAY_MS = 100
const RATE_KBIT = 256
const P99_AIM_MS = 5_000
/** Of what is said by one author a minute in one room. */
const PER_ROOM = 50
/** Of both together: what they write takes a good third of the way. */
const LINE_EVERY_MS = 50
const LONG_BODY = 'x'.repeat(7_900)

export const badLink: Experiment = {
  part: 'faults',
  name: 'bad-link',
  claim: 'on a slow, lossy and narrow way every line arrives, and neither side takes the other for gone',
  needs: ['nft'],
  run: async (trial) => {
    await using stack = new AsyncDisposableStack()
    const network = stack.use(await SpaceNetwork.create())
    const [near, far] = [await badSpace(network), await badSpace(network)]
    // In the short form a peer has to answer sooner than what is written at once takes to go out.
    const profile = trial.of(['outbound_connect_timeout = 10', 'channel_heartbeat_interval = 1'], [])
    // With a limit as short as that two frames lost in a row would already be too much.
    await network.setLoss(trial.of(1, LOSS_PERCENT))
    const listener = stack.use(daemonIn(near, { profile }))
    const dialler = stack.use(daemonIn(far, { profile, net: [`peers = ["${urlIn(near)}"]`, 'outbound_connections = 0'] }))
    await listener.start()
    // What a newcomer finds: more than such a way carries in the time that a peer has to answer.
    const backlog = await Talk.among([listener], ['old'])
    for (let line = 0; line < trial.of(46, 55); line += 1) await backlog.say(listener, LONG_BODY)
    await dialler.start()
    await dialler.hasPeers(1)
    const caughtUp = await catchUp({ listener, dialler }, trial)
    await network.setLoss(LOSS_PERCENT)
    return [...caughtUp, ...(await chat({ listener, dialler }, trial))]
  },
}

interface Ends {
  readonly listener: DaemonNode
  readonly dialler: DaemonNode
}

async function badSpace(network: SpaceNetwork): Promise<NetSpace> {
  const space = await network.add({ isSlow: true })
  space.setDelay(ONE_WAY_MS / 2)
  await space.setRate(RATE_KBIT)
  return space
}

/** The history of a room comes over the way, and the channel lives. */
async function catchUp({ listener, dialler }: Ends, trial: Trial): Promise<Finding[]> {
  const before = await channelIds(dialler)
  await dialler.client.call('chat.join', { room: 'old' })
  const wanted = (await listener.history()).length
  await until('the history has come', async () => (await dialler.history()).length >= wanted, {
    timeoutMs: trial.of(120_000, 600_000),
  })
  const lost = await lostChannels(dialler, before)
  return [
    promise(
      `history of ${count(wanted)} lines, ${count((wanted * LONG_BODY.length) / 1024)} KiB, over ${way(trial.of(1, LOSS_PERCENT))}`,
      {
        outcome: `all there, ${count(lost)} channels given up`,
        aim: 'none given up',
        isMet: lost === 0,
      },
    ),
  ]
}

/** Both ends write. */
async function chat({ listener, dialler }: Ends, trial: Trial): Promise<Finding[]> {
  const total = trial.of(40, 1_000)
  const rooms = Array.from({ length: Math.max(1, total / 2 / PER_ROOM) }, (_, index) => `bad${index}`)
  const before = await channelIds(dialler)
  const talk = await Talk.among([listener, dialler], rooms)
  const delays = await talk.watch(dialler)
  while (talk.count < total) {
    const countBefore = talk.count
    for (const node of [listener, dialler]) await talk.say(node, 'y'.repeat(200))
    await sleep((talk.count - countBefore) * LINE_EVERY_MS)
  }
  const everywhereMs = await talk.isEverywhere(trial.of(120_000, 600_000))
  const { missing, doubled } = await talk.losses()
  const lost = trial.of(0, await lostChannels(dialler, before))
  const p99 = quantile(delays(), 0.99)
  return [
    promise(`${count(talk.count)} lines over ${way(LOSS_PERCENT)}`, {
      outcome: `${count(missing)} missing, ${count(doubled)} doubled${trial.of('', `; ${count(lost)} channels given up`)}`,
      aim: trial.of('none', 'none missing, doubled or given up'),
      isMet: everywhereMs !== undefined && missing === 0 && doubled === 0 && lost === 0,
    }),
    figure('from writing to the other end, 99th percentile', {
      outcome: `${(p99 / 1000).toFixed(1)} s`,
      aim: `≤ ${P99_AIM_MS / 1000} s`,
      isMet: p99 <= P99_AIM_MS,
    }),
  ]
}

function way(lossPercent: number): string {
  return `${RATE_KBIT} kbit/s, ${ONE_WAY_MS} ms one way, ${lossPercent} % loss`
}
