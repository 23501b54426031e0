/** A swarm of RPC clients that never finish what they begin: the owner's own clients are answered meanwhile, and nothing stays. */
import { DaemonNode, until } from '@dchat/e2e'
import { RpcClient } from '@dchat/rpc'
import { count, figure, promise } from '../../experiment.ts'
import type { Experiment, Finding, Trial } from '../../experiment.ts'
import { latencyText, percentile } from '../latencies.ts'
import { openFiles } from '../process-figures.ts'
import { Swarm } from './swarm.ts'

/** Nothing, a request line, headers, a handshake of TLS: each may take 5 s. */
const BEGINNINGS = ['', 'POST / HT', 'GET /ws HTTP/1.1\r\nHost: ', '\x16\x03']
/** A line before its secret, and a body: 10 and 15 s. */
const SLOWER = ['{"jsonrpc"', 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n']
/** A new client connects, pings and sends a line. */
const ROUNDS = 100
/** Places that the daemon has for clients, and clients that are told that there is none. Source: docs/limits.md, `maxConnections`, `maxRefusals`. */
const PLACES = 64 + 16
const ANSWER_MS = 100

async function run(trial: Trial): Promise<readonly Finding[]> {
  const swarming = trial.of({ clients: 300, beginnings: BEGINNINGS }, { clients: 1_000, beginnings: [...BEGINNINGS, ...SLOWER] })
  await using node = await DaemonNode.running({ hasTcpRpc: true })
  const { pid } = node.program
  await node.client.call('chat.send', { text: 'before' })
  const before = openFiles(pid)
  await using swarm = new Swarm({ port: await node.rpcPort(), count: swarming.clients, beginnings: swarming.beginnings })
  await swarm.ask({ want: 'begin' })
  const tookMs: number[] = []
  let most = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    tookMs.push(await oneRound(node, `meanwhile ${round}`))
    most = Math.max(most, openFiles(pid))
  }
  await until('all of them are cut', async () => (await swarm.ask({ want: 'report' })).open === 0, { timeoutMs: 60_000 })
  await until('nothing of them is left', () => openFiles(pid) <= before)
  const stored = (await node.history()).length
  const done = `${count(swarming.clients)} clients that begin something (${swarming.beginnings.length} kinds) and go no further`
  return [
    promise(`${done}, while ${ROUNDS} others connect, ping and send a line`, {
      outcome: `${count(tookMs.length)} answered, ${count(stored - 1)} lines stored`,
      aim: 'all',
      isMet: tookMs.length === ROUNDS && stored === ROUNDS + 1,
    }),
    promise('files that the daemon had open meanwhile, beside its own', {
      outcome: `at most ${count(most - before)}, and none once the clients were cut`,
      aim: `at most ${PLACES}`,
      isMet: most - before <= PLACES,
    }),
    figure('connecting, a ping and a line that is stored, together', {
      outcome: `p50 / p99 ${latencyText(tookMs)}`,
      aim: `p99 at most ${ANSWER_MS} ms`,
      isMet: percentile(tookMs, 99) <= ANSWER_MS,
    }),
  ]
}

async function oneRound(node: DaemonNode, text: string): Promise<number> {
  const startMs = performance.now()
  const client = await RpcClient.connect({ kind: 'unix', path: node.home.paths.socketPath })
  await client.call('ping', [])
  await client.call('chat.send', { text })
  const tookMs = performance.now() - startMs
  await client.close()
  return tookMs
}

export const slowClients: Experiment = {
  part: 'peers',
  name: 'slow-clients',
  claim: 'clients of the RPC that never finish what they begin keep nobody else waiting, and are cut',
  reference: 'buffers a line of up to 16 MiB for each connection',
  run,
}
