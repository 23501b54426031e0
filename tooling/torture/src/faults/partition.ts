/** A network that is cut in two on long and lossy ways, and comes together again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@dchat/e2e'
import type { DaemonNode } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { daemonIn, seedIn, urlIn } from '../spaces/space-daemon.ts'
import type { NetSpace } from '../spaces/net-space.ts'
import { SpaceNetwork } from '../spaces/space-network.ts'
import { Talk } from './talk.ts'

const LOSS_PERCENT = 5
const RECONNECTED_AIM_MS = 60_000
const EQUAL_AIM_MS = 10_000
/** What a promise allows beyond the aims, on a machine that does other things too. */
const PATIENCE_MS = 120_000

interface Host {
  readonly space: NetSpace
  readonly node: DaemonNode
}

export const partitionHeal: Experiment = {
  part: 'faults',
  name: 'partition-heal',
  claim: 'a network that is cut in two, on slow and lossy ways, comes together by itself and loses and doubles nothing',
  needs: ['nft'],
  run: async (trial) => {
    await using stack = new AsyncDisposableStack()
    const network = stack.use(await SpaceNetwork.create())
    const hosts = await settled(network, stack, trial)
    const talk = await Talk.among(hosts.map(({ node }) => node))
    const findings: Finding[] = []
    for (let round = 0; round < trial.of(1, 5); round += 1) findings.push(...(await cutAndHeal({ network, hosts, talk }, trial)))
    const bans = (await Promise.all(hosts.map(({ node }) => node.client.call('bans.list', [])))).flat()
    findings.push(promise('bans of anybody', { outcome: count(bans.length), aim: 'none', isMet: bans.length === 0 }))
    return findings
  },
}

/** Two halves of a network whose nodes have found each other. */
async function settled(network: SpaceNetwork, stack: AsyncDisposableStack, trial: Trial): Promise<Host[]> {
  const oneWayMs = trial.of(50, 300)
  const seed = stack.use(seedIn(await network.add()))
  await seed.start()
  const seedUrl = urlIn(network.spaces[0]!)
  // In the short form the limits of the product are short too.
  const profile = trial.of(['outbound_connect_timeout = 3', 'channel_heartbeat_interval = 1'], [])
  const env = trial.of({}, { DCHAT_NET_OUTBOUND_PEER_DISCOVERY_ATTEMPT_TIME: '5' })
  const hosts = await Promise.all(
    Array.from({ length: trial.of(4, 20) }, async () => {
      const space = await network.add({ isSlow: true })
      space.setDelay(oneWayMs / 2)
      return { space, node: stack.use(daemonIn(space, { net: [`seeds = ["${seedUrl}"]`], profile, env })) }
    }),
  )
  await network.setLoss(LOSS_PERCENT)
  await Promise.all(hosts.map(({ node }) => node.start()))
  await until('both halves are one network', () => isOneNetwork(hosts), { timeoutMs: PATIENCE_MS })
  return hosts
}

async function cutAndHeal(
  { network, hosts, talk }: { network: SpaceNetwork; hosts: readonly Host[]; talk: Talk },
  trial: Trial,
): Promise<Finding[]> {
  const [left, right] = [hosts.slice(0, hosts.length / 2), hosts.slice(hosts.length / 2)]
  const cutMs = trial.of(6_000, 60_000)
  trial.say(`cut for ${cutMs / 1000} s`)
  // The seed is on the left: the right has nobody to ask.
  await network.partition(
    [network.spaces[0]!, ...left.map(({ space }) => space)],
    right.map(({ space }) => space),
  )
  const cutUntilMs = performance.now() + cutMs
  const saidBefore = talk.count
  while (performance.now() < cutUntilMs) {
    for (const { node } of hosts) await talk.say(node)
    await sleep(trial.of(500, 2_000))
  }
  const saidMeanwhile = talk.count - saidBefore
  const { missing: apart } = await talk.losses()
  const isCut = apart > 0 && !(await isOneNetwork(hosts))
  await network.heal()
  const healedMs = performance.now()
  await until('both halves are one network again', () => isOneNetwork(hosts), { timeoutMs: PATIENCE_MS })
  const reconnectedMs = performance.now() - healedMs
  const equalMs = await talk.isEverywhere(PATIENCE_MS)
  const { missing, doubled } = await talk.losses()
  const what = `${hosts.length} nodes in two halves for ${cutMs / 1000} s, ${trial.of(50, 300)} ms one way, ${LOSS_PERCENT} % loss`
  return [
    promise(`${what}; ${count(saidMeanwhile)} lines said meanwhile`, {
      outcome: `${count(apart)} lines missing before the heal; after it ${count(missing)} missing, ${count(doubled)} doubled`,
      aim: 'cut indeed; none missing, none doubled',
      isMet: isCut && missing === 0 && doubled === 0,
    }),
    figure('from the heal to one network', {
      outcome: seconds(reconnectedMs),
      aim: `≤ ${seconds(RECONNECTED_AIM_MS)}`,
      isMet: reconnectedMs <= RECONNECTED_AIM_MS,
    }),
    figure('from then until every line is everywhere', {
      outcome: equalMs === undefined ? 'never' : seconds(equalMs),
      aim: `≤ ${seconds(EQUAL_AIM_MS)}`,
      isMet: equalMs !== undefined && equalMs <= EQUAL_AIM_MS,
    }),
  ]
}

/** Whether channels lead from each node to every other, over others or not. */
async function isOneNetwork(hosts: readonly Host[]): Promise<boolean> {
  const links = await Promise.all(
    hosts.map(async ({ node }) => {
      const { channels } = await node.client.call('p2p.get_info', [])
      const peers = channels.filter(({ session }) => session !== 'seed' && session !== 'refine')
      return new Set(peers.map(({ url }) => new URL(url.replace('tcp:', 'http:')).hostname))
    }),
  )
  const reached = new Set([0])
  for (const from of reached)
    for (const [to, { space }] of hosts.entries())
      if (links[from]!.has(space.ipv4) || links[to]!.has(hosts[from]!.space.ipv4)) reached.add(to)
  return reached.size === hosts.length
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
