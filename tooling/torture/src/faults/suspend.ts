/** A daemon, its peer, and the daemon of a client that stand still for a while, as a laptop does whose lid is closed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DaemonNode, until } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { Talk } from './talk.ts'

const BACK_AIM_MS = 60_000
const PATIENCE_MS = 180_000

export const suspend: Experiment = {
  part: 'faults',
  name: 'suspend',
  claim: 'a node that stood still finds its peers again by itself, its clients stay connected, and everybody has every line',
  run: async (trial) => {
    await using stack = new AsyncDisposableStack()
    // Shorter than the standstill in either form: the peers give the node up, and have to be found again.
    const profile = { 'net.profiles."tcp"': trial.of(['outbound_connect_timeout = 1', 'channel_heartbeat_interval = 1'], []) }
    const peer = stack.use(await DaemonNode.running({ config: profile }))
    const net = [`peers = ["${await peer.url()}"]`, 'outbound_connections = 0']
    const node = stack.use(await DaemonNode.started({ config: { ...profile, net } }))
    await node.hasPeers(1)
    const findings: Finding[] = []
    for (const [stopped, other, who] of [
      [node, peer, 'a node'],
      [peer, node, 'its peer'],
    ] as const)
      findings.push(...(await standStill({ stopped, other, who }, trial)))
    return findings
  },
}

async function standStill(
  { stopped, other, who }: { stopped: DaemonNode; other: DaemonNode; who: string },
  trial: Trial,
): Promise<Finding[]> {
  const talk = await Talk.among([stopped, other], [`still.${who.replace(/\W/g, '')}`])
  const heard = await talk.watch(stopped)
  for (const node of [stopped, other]) await talk.say(node)
  await talk.isEverywhere(PATIENCE_MS)
  const [before, stillMs] = [heard().length, trial.of(3_500, 180_000)]
  trial.say(`${who} stands still for ${stillMs / 1000} s`)
  stopped.program.kill('SIGSTOP')
  const untilMs = performance.now() + stillMs
  while (performance.now() < untilMs) {
    await talk.say(other)
    await sleep(trial.of(500, 5_000))
  }
  await until('the other has given it up', async () => (await other.peerCount()) === 0, { timeoutMs: PATIENCE_MS })
  // What a client asks meanwhile is answered when the daemon goes on.
  const waiting = stopped.client.call('ping', [])
  stopped.program.kill('SIGCONT')
  const backMs = performance.now()
  const answer = await waiting
  await until('they are connected again', async () => (await other.peerCount()) > 0 && (await stopped.peerCount()) > 0, {
    timeoutMs: PATIENCE_MS,
  })
  const connectedMs = performance.now() - backMs
  for (const node of [stopped, other]) await talk.say(node)
  const everywhereMs = await talk.isEverywhere(PATIENCE_MS)
  const { missing, doubled } = await talk.losses()
  const told = await toldOf(talk.count - 2, () => heard().length - before)
  return [
    promise(`${who} stopped for ${stillMs / 1000} s while the other goes on; ${count(talk.count)} lines`, {
      outcome: `${count(missing)} missing, ${count(doubled)} doubled; its client was ${answer === 'pong' ? 'answered' : 'lost'} and told of ${count(told)} lines`,
      aim: 'none missing or doubled; the client answered, and told of each',
      isMet: everywhereMs !== undefined && missing === 0 && doubled === 0 && answer === 'pong' && told === talk.count - 2,
    }),
    figure(`from the end of the standstill of ${who} to a connection`, {
      outcome: `${(connectedMs / 1000).toFixed(1)} s`,
      aim: `≤ ${BACK_AIM_MS / 1000} s`,
      isMet: connectedMs <= BACK_AIM_MS,
    }),
  ]
}

/** How many of `wanted` lines a client was told of, once it was told of all or for long of no more. */
async function toldOf(wanted: number, told: () => number): Promise<number> {
  await until('the client is told', () => told() >= wanted).catch(() => {}) // how many it was told of is what is found
  return told()
}
