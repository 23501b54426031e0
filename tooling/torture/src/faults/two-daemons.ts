import assert from 'node:assert/strict'
import { DaemonNode, Program, RawPeer, loopbackHost } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'

const LOCKED_CODE = 4
const BIND_CODE = 3
const REFUSAL_AIM_MS = 1_000

export const twoDaemons: Experiment = {
  part: 'faults',
  name: 'two-daemons',
  claim:
    'Of many starts at once on one home exactly one runs, the others name its process; a port that is taken is named, and nothing listens then.',
  reference: 'A second one with the same settings starts without a word and shares all ports of the first (SO_REUSEPORT).',
  async run(trial) {
    return [...(await startMany(trial)), await startOnTakenPort('peers'), await startOnTakenPort('RPC'), await restartAfterKill()]
  },
}

async function startMany(trial: Trial): Promise<Finding[]> {
  const starts = trial.of(12, 50)
  await using scope = new AsyncDisposableStack()
  const node = scope.use(new DaemonNode({ config: { net: ['outbound_connections = 0'] } }))
  const programs = Array.from({ length: starts }, () => scope.use(new Program('dchatd', ['--home', node.home.path])))
  const running = new Set(programs)
  const endings: Ending[] = []
  await new Promise<void>((resolve, reject) => {
    for (const program of programs) {
      program.ended(120_000).then(
        (ending) => {
          running.delete(program)
          endings.push(ending)
          if (running.size <= 1) resolve()
        },
        (error: unknown) => (running.size > 1 ? reject(error as Error) : undefined),
      )
    }
  })
  const [winner] = running
  if (winner !== undefined) await winner.says('RPC listens', 'stderr')
  const refused = endings.filter(
    ({ code, stderr }) => code === LOCKED_CODE && stderr.includes(`process ${winner?.pid} already uses`),
  )
  const others = endings.find((ending) => !refused.includes(ending))
  const beganMs = performance.now()
  await Program.run('dchatd', ['--home', node.home.path])
  const refusalMs = performance.now() - beganMs
  return [
    promise(`${count(starts)} starts at once on one home`, {
      outcome: `${running.size} runs, ${count(refused.length)} ended with ${LOCKED_CODE} naming its process${others === undefined ? '' : `; another said: ${others.code} ${others.stderr}`}`,
      aim: `1 runs, ${count(starts - 1)} name it`,
      isMet: running.size === 1 && refused.length === starts - 1,
    }),
    figure('one more start beside the one that runs', {
      outcome: `refused after ${count(refusalMs)} ms`,
      aim: `≤ ${count(REFUSAL_AIM_MS)} ms`,
      isMet: refusalMs <= REFUSAL_AIM_MS,
    }),
  ]
}

/** With several listeners it is all or none. */
async function startOnTakenPort(of: 'peers' | 'RPC'): Promise<Finding> {
  await using first = await DaemonNode.running({ hasTcpRpc: true })
  const taken = new URL(await first.url()).host
  const rpc = `127.0.0.1:${await first.rpcPort()}`
  const free = loopbackHost()
  const config =
    of === 'peers'
      ? { net: [`inbound = ["tcp://${free}:0", "tcp://${taken}"]`] }
      : { net: [`inbound = ["tcp://${free}:0"]`], rpc: [`rpc_listen = "tcp://${rpc}"`] }
  await using second = new DaemonNode({ listens: false })
  second.home.write(
    'dchatd.toml',
    Object.entries(config)
      .map(([table, lines]) => [`[${table}]`, ...lines, ''].join('\n'))
      .join('\n'),
  )
  const ending = await Program.run('dchatd', ['--home', second.home.path])
  const named = of === 'peers' ? taken : rpc
  await using peer = await RawPeer.dial(await first.url(), loopbackHost())
  await peer.greet('dialer')
  assert.equal((await first.info()).state, 'run')
  return promise(`a start with the port of a running daemon for ${of}`, {
    outcome: `ended with ${ending.code}, ${ending.stderr.includes(named) ? 'naming the address' : `saying: ${ending.stderr}`}; the first goes on`,
    aim: `code ${BIND_CODE}, the address named`,
    isMet: ending.code === BIND_CODE && ending.stderr.includes(named),
  })
}

async function restartAfterKill(): Promise<Finding> {
  await using node = await DaemonNode.running()
  await node.kill('SIGKILL')
  await node.start()
  await node.reaches('run')
  return promise('a start after kill -9 of the holder', { outcome: 'runs: no lock is left', aim: 'runs', isMet: true })
}
