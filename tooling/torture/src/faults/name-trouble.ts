/** A node whose names are resolved by nobody for a while. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@dchat/e2e'
import { figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { NameServer } from '../spaces/name-server.ts'
import type { Mood } from '../spaces/name-server.ts'
import { PEER_PORT, daemonIn, urlIn } from '../spaces/space-daemon.ts'
import { SpaceNetwork } from '../spaces/space-network.ts'
import { Talk, channelIds, lostChannels } from './talk.ts'

const PATIENCE_MS = 180_000
const BACK_AIM_MS = 60_000

export const nameTrouble: Experiment = {
  part: 'faults',
  name: 'name-trouble',
  claim: 'without DNS a node keeps what it has and reaches what needs no name; once DNS is back it reaches the rest by itself',
  needs: ['nft'],
  run: async (trial) => {
    await using stack = new AsyncDisposableStack()
    const network = stack.use(await SpaceNetwork.create())
    const [own, named, plain, dns] = [await network.add(), await network.add(), await network.add(), await network.add()]
    const names = { 'named.example': [named.ipv4], 'one.example': [named.ipv4], 'two.example': [named.ipv4] }
    const server = stack.use(await NameServer.start(dns, names))
    const peers = [stack.use(daemonIn(named)), stack.use(daemonIn(plain))] as const
    await Promise.all(peers.map((peer) => peer.start()))
    // A client that says nothing for seconds is closed.
    await Promise.all(peers.map((peer) => peer.reaches('run')))
    // More seeds than names are looked up at a time, of which nobody answers while DNS is silent.
    const seeds = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) => `"tcp://${name}.example:${PEER_PORT}"`)
    const node = stack.use(
      daemonIn(own, {
        within: server.within,
        net: [`peers = ["tcp://named.example:${PEER_PORT}", "${urlIn(plain)}"]`, `seeds = [${seeds.join(', ')}]`],
        profile: trial.of(['outbound_connect_timeout = 1'], []),
      }),
    )
    const findings: Finding[] = []
    for (const mood of trial.of<Mood[]>(['silent'], ['silent', 'fail', 'unknown'])) {
      server.setMood(mood)
      await node.start()
      await node.hasPeers(1)
      findings.push(...(await outage({ server, node, peers }, { mood, trial })))
      await node.kill('SIGTERM')
    }
    return findings
  },
}

type Node = ReturnType<typeof daemonIn>

async function outage(
  { server, node, peers: [named, plain] }: { server: NameServer; node: Node; peers: readonly [Node, Node] },
  { mood, trial }: { mood: Mood; trial: Trial },
): Promise<Finding[]> {
  const talk = await Talk.among([node, named, plain], [`dns.${mood}`])
  const before = await channelIds(node)
  const untilMs = performance.now() + trial.of(2_000, 60_000)
  const near = await Talk.among([node, plain], [`near.${mood}`])
  let isHeard = true
  while (performance.now() < untilMs) {
    await near.say(plain)
    isHeard = (await near.isEverywhere(PATIENCE_MS)) !== undefined && isHeard
    await talk.say(named)
    // A room takes 60 lines a minute of one author.
    await sleep(trial.of(250, 2_000))
  }
  const lost = await lostChannels(node, before)
  server.setMood('answer')
  const backMs = performance.now()
  await until('the peer with a name is there', async () => (await node.info()).peers.manual >= 2, { timeoutMs: PATIENCE_MS })
  const reachedMs = performance.now() - backMs
  const everywhereMs = await talk.isEverywhere(PATIENCE_MS)
  const { missing, doubled } = await talk.losses()
  return [
    promise(`DNS ${WORDS[mood]} from before the start on; then it answers`, {
      outcome: `${lost} channels lost, posts of the peer without a name ${isHeard ? 'came' : 'did not come'} meanwhile; ${missing} lines missing and ${doubled} doubled in the end`,
      aim: 'none lost, missing or doubled; they came',
      isMet: lost === 0 && isHeard && everywhereMs !== undefined && missing === 0 && doubled === 0,
    }),
    figure(`from the first answer to the peer with a name (${mood})`, {
      outcome: `${(reachedMs / 1000).toFixed(1)} s`,
      aim: `≤ ${BACK_AIM_MS / 1000} s`,
      isMet: reachedMs <= BACK_AIM_MS,
    }),
  ]
}

const WORDS: Readonly<Record<Mood, string>> = {
  answer: 'answering',
  silent: 'silent',
  fail: 'failing',
  unknown: 'knowing no name',
}
