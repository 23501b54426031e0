/** Nodes that start before their seeds, and a node whose peers are all gone for long. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding } from '../experiment.ts'
import { daemonIn, seedIn, urlIn } from '../spaces/space-daemon.ts'
import { SpaceNetwork } from '../spaces/space-network.ts'
import { Talk } from './talk.ts'

const PATIENCE_MS = 180_000
const BACK_AIM_MS = 60_000

export const alone: Experiment = {
  part: 'faults',
  name: 'alone',
  claim:
    'nodes that start before their seeds, or are left by all peers, find each other as soon as there is somebody, and what was said is not lost',
  needs: ['nft'],
  run: async (trial) => {
    await using stack = new AsyncDisposableStack()
    const network = stack.use(await SpaceNetwork.create())
    const [firstSpace, secondSpace, ...spaces] = [
      await network.add(),
      await network.add(),
      await network.add(),
      await network.add(),
      await network.add(),
    ]
    const net = [`seeds = ["${urlIn(firstSpace)}", "${urlIn(secondSpace)}"]`]
    const env = trial.of({}, { DCHAT_NET_OUTBOUND_PEER_DISCOVERY_ATTEMPT_TIME: '5' })
    const profile = trial.of(['outbound_connect_timeout = 2', 'channel_heartbeat_interval = 1'], [])
    const nodes = spaces.map((space) => stack.use(daemonIn(space, { net, env, profile })))
    const [node, ...others] = nodes as [DaemonNode, ...DaemonNode[]]
    await Promise.all(nodes.map((each) => each.start()))
    const talk = await Talk.among(nodes)
    for (const each of nodes) await talk.say(each)
    await sleep(trial.of(1_000, 120_000))
    const seeds = [stack.use(seedIn(firstSpace)), stack.use(seedIn(secondSpace))]
    const findings = [
      await cameTogether('two seeds start after the nodes, the second first', { talk, nodes }, () => seeds[1]!.start()),
    ]
    await seeds[0]!.start()

    trial.say('all peers and seeds are gone')
    await Promise.all([...others, ...seeds].map((each) => each.kill('SIGKILL')))
    const goneMs = trial.of(3_000, 3_600_000)
    const untilMs = performance.now() + goneMs
    while (performance.now() < untilMs) {
      await talk.say(node, 'alone')
      await sleep(trial.of(1_000, 30_000))
    }
    findings.push(
      await cameTogether(`all peers and seeds are gone for ${goneMs / 1000} s, and come again`, { talk, nodes }, async () => {
        await Promise.all(others.map((each) => each.start()))
        await Promise.all(seeds.map((each) => each.start()))
      }),
    )
    return findings.flat()
  },
}

async function cameTogether(
  done: string,
  { talk, nodes }: { talk: Talk; nodes: readonly DaemonNode[] },
  begin: () => Promise<void>,
): Promise<Finding[]> {
  await begin()
  const startMs = performance.now()
  await Promise.all(
    nodes.map((each) => until('it has a peer', async () => (await each.peerCount()) > 0, { timeoutMs: PATIENCE_MS })),
  )
  const connectedMs = performance.now() - startMs
  const everywhereMs = await talk.isEverywhere(PATIENCE_MS)
  const { missing, doubled } = await talk.losses()
  return [
    promise(`${done}; ${count(talk.count)} lines so far`, {
      outcome: `${count(missing)} missing, ${count(doubled)} doubled`,
      aim: 'none',
      isMet: everywhereMs !== undefined && missing === 0 && doubled === 0,
    }),
    figure('until each has a peer', {
      outcome: `${(connectedMs / 1000).toFixed(1)} s`,
      aim: `≤ ${BACK_AIM_MS / 1000} s`,
      isMet: connectedMs <= BACK_AIM_MS,
    }),
  ]
}
