/** Requests that are almost right, over every carrier, to a running daemon. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { HTTP, HeapWatch, LINES, Program, TempHome, WEB_SOCKET, connectSocket, until } from '@dchat/e2e'
import { SeededRandom } from '@dchat/system'
import { count, promise } from '../../experiment.ts'
import type { Experiment, Finding, Trial } from '../../experiment.ts'
import { requests, savedRequests } from './rpc-mutator.ts'
import { RpcRun } from './rpc-run.ts'

/** Parts of all inputs. HTTP is the dearest carrier. */
const SHARES = [
  { wire: LINES, share: 0.4 },
  { wire: LINES, share: 0.35 },
  { wire: WEB_SOCKET, share: 0.2 },
  { wire: HTTP, share: 0.05 },
]
/**
 * What a daemon may hold more after a million requests than after the first thousands: caches that fill, and rooms, conversations and
 * keys that were named, some 6 MB (3.5 after 400,000), not a leak.
 */
const GROWTH_MIB = 8

/** A folder in memory: here nothing is to be learnt from a disk. */
const MEMORY = '/dev/shm'

/**
 * What takes a fair part of a second by design (a passphrase that is hashed, a whole store that is read), or keeps keys in memory (a
 * thousand private rooms at most). They are tried by fewer.
 */
const COSTLY = ['identity.export', 'identity.import', 'room.create', 'store.check']

/** What ends the daemon, dials out, or writes where it is told to. */
const BARRED = ['node.stop', 'p2p.connect', 'store.backup']

/** A small store, so that reading it costs little. */
const configWithout = (methods: readonly string[]): string => `
[rpc]
rpc_listen = ""
rpc_disabled_methods = ${JSON.stringify(methods)}
[net]
outbound_connections = 0
localnet = true
[store]
max_bytes = 262144
`

/** A running daemon, and where it answers. */
async function startDaemon(home: TempHome, config: string): Promise<Program> {
  home.write('dchatd.toml', config)
  const env = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }
  const program = new Program('dchatd', ['--home', home.path, '--log', home.paths.logFile], { env })
  await (await until('the daemon answers', () => connectSocket(home.paths.socketPath))).close()
  return program
}

/** What the daemon has logged as errors, the last of it. */
function errorsOf(home: TempHome): string {
  const lines = readFileSync(home.paths.logFile, 'utf8').split('\n')
  return lines
    .filter((line) => line.includes('"level":"error"'))
    .slice(-3)
    .join('\n')
}

/** All carriers side by side, at least `inputs` in all. @throws {Error} when something is answered as it should not be */
async function ask(home: TempHome, inputs: number, seed: number): Promise<void> {
  const { socketPath } = home.paths
  const runs = SHARES.map(({ wire, share }, index) => {
    const random = new SeededRandom(seed * SHARES.length + index)
    return new RpcRun({ path: socketPath, wire, random, next: requests(random), log: () => errorsOf(home) }).run(inputs * share)
  })
  await Promise.all(runs)
}

function unanswered(done: string): Finding {
  const outcome = 'each answered with its id; no internal error, nothing told of the inside'
  return promise(done, { outcome, aim: 'each answered as JSON-RPC 2.0 wants', isMet: true })
}

/** What it ends with after it was asked to. */
async function ending(program: Program): Promise<Finding> {
  program.kill('SIGTERM')
  const { code, signal } = await program.ended()
  return promise('a clean stop afterwards', { outcome: `ended with ${code ?? signal}`, aim: 'with 0', isMet: code === 0 })
}

async function tryMany(trial: Trial): Promise<Finding[]> {
  const inputs = trial.of(40_000, 1_000_000)
  using home = new TempHome(existsSync(MEMORY) ? MEMORY : undefined)
  await using program = await startDaemon(home, configWithout([...BARRED, ...COSTLY]))
  const grownMib = (await grownBytes({ program, home, inputs, seed: trial.seed })) / 2 ** 20
  return [
    unanswered(`${count(inputs)} requests that are almost right, over lines, WebSocket and HTTP, in pieces of any size`),
    promise('what is alive in the daemon afterwards', {
      outcome: `${grownMib.toFixed(1)} MiB more than before, no open file more`,
      aim: `at most ${GROWTH_MIB} MiB more`,
      isMet: grownMib <= GROWTH_MIB,
    }),
    await ending(program),
  ]
}

interface Asked {
  readonly program: Program
  readonly home: TempHome
  readonly inputs: number
  readonly seed: number
}

/** Asks, and looks what is alive more after all of it than after the first. @throws {Error} also when files stay open */
async function grownBytes({ program, home, inputs, seed }: Asked): Promise<number> {
  // A daemon whose heap is looked into does not end.
  await using heap = await HeapWatch.open(program.stderr)
  const openFiles = (): number => readdirSync(`/proc/${program.pid}/fd`).length
  await ask(home, Math.max(2_000, inputs / 20), seed + 1)
  const before = { files: openFiles(), bytes: await heap.liveBytes() }
  await ask(home, inputs, seed)
  await until('the files of its clients are closed', () => openFiles() <= before.files)
  return (await heap.liveBytes()) - before.bytes
}

async function tryCostly(trial: Trial): Promise<Finding[]> {
  const inputs = trial.of(50, 1_000)
  using home = new TempHome(existsSync(MEMORY) ? MEMORY : undefined)
  await using program = await startDaemon(home, configWithout(BARRED))
  const seeds = savedRequests().filter((seed) => COSTLY.some((name) => seed.includes(`"${name}"`)))
  const random = new SeededRandom(trial.seed)
  const { socketPath } = home.paths
  await new RpcRun({ path: socketPath, wire: LINES, random, next: requests(random, seeds), log: () => errorsOf(home) }).run(
    inputs,
  )
  return [unanswered(`${count(inputs)} more, of the methods that cost much: ${COSTLY.join(', ')}`), await ending(program)]
}

export const RPC_REQUESTS: Experiment = {
  part: 'fuzz',
  name: 'rpc-requests',
  claim: 'Whatever is asked of a running daemon is answered as JSON-RPC 2.0 wants, does no harm, and leaves nothing behind.',
  reference:
    'bad JSON, a missing or non-numeric id, a batch or an empty array closes the connection without an answer; `send` with a non-string aborts its handler',
  run: async (trial) => [...(await tryMany(trial)), ...(await tryCostly(trial))],
}
