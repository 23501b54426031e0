/**
 * A million requests that are almost right, over every carrier, to a running daemon: each is answered as JSON-RPC 2.0 wants, none
 * harms it, and nothing of them stays.
 *
 * `DCHAT_FUZZ_INPUTS` sets how many (1,000,000), `DCHAT_FUZZ_SEED` which. What is found goes to corpus/rpc.jsonl.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { METHODS } from '@dchat/rpc/schemas'
import { SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { HeapWatch, Program, TempHome, connectSocket, until } from '@dchat/e2e'
import { FuzzRun } from './testing/fuzz-run.ts'
import { HTTP, LINES, WEB_SOCKET } from './testing/fuzz-clients.ts'
import { RpcMutator, readCorpus } from './testing/rpc-mutator.ts'

const INPUTS = Number(process.env['DCHAT_FUZZ_INPUTS'] ?? 1_000_000)
const SEED = Number(process.env['DCHAT_FUZZ_SEED'] ?? 5)
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
const GROWTH_BYTES = 8 * 1_048_576

/** A folder in memory: here nothing is to be learnt from a disk. */
const MEMORY = '/dev/shm'

/**
 * What takes a fair part of a second by design (a passphrase that is hashed, a whole store that is read), or keeps keys in memory (a
 * thousand private rooms at most). They are tried by fewer.
 */
const COSTLY = ['identity.export', 'identity.import', 'room.create', 'store.check']
const COSTLY_INPUTS = 200

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

/** @throws {Error} when something is answered as it should not be, or something stays */
async function fuzz(program: Program, home: TempHome): Promise<void> {
  const path = home.paths.socketPath
  await using heap = await HeapWatch.open(program.stderr)
  const openFiles = (): number => readdirSync(`/proc/${program.pid}/fd`).length

  /** All carriers side by side, `inputs` in all. */
  const run = async (inputs: number, seed: number): Promise<void> => {
    const runs = SHARES.map(({ wire, share }, index) => {
      const random = new SeededRandom(seed * SHARES.length + index)
      const mutator = new RpcMutator(random, readCorpus())
      return new FuzzRun({ path, wire, random, mutator, log: () => errorsOf(home) }).run(inputs * share)
    })
    await Promise.all(runs)
  }
  await run(INPUTS / 20, SEED + 1)
  const before = { files: openFiles(), bytes: await heap.liveBytes() }
  await run(INPUTS, SEED)
  await until('the files of its clients are closed', () => openFiles() <= before.files)
  const grown = (await heap.liveBytes()) - before.bytes
  console.log(`${INPUTS} inputs; ${before.bytes} bytes live before, ${grown} more after; ${before.files} open files`)
  expect(grown).toBeLessThan(GROWTH_BYTES)
}

test('each method of the contract is among the seeds', () => {
  const corpus = readCorpus().map(String)
  for (const name of METHODS.keys()) expect(corpus.filter((seed) => seed.includes(`"${name}"`)).length).toBeGreaterThanOrEqual(2)
})

test('the same seed gives the same inputs', () => {
  const inputs = (): string[] => {
    const mutator = new RpcMutator(new SeededRandom(SEED), readCorpus())
    return Array.from({ length: 1_000 }, () => mutator.next().toString('hex'))
  }
  expect(inputs()).toEqual(inputs())
})

test(
  `${INPUTS} requests that are almost right`,
  async () => {
    using home = new TempHome(existsSync(MEMORY) ? MEMORY : undefined)
    await using program = await startDaemon(home, configWithout([...BARRED, ...COSTLY]))
    await fuzz(program, home)
    program.kill('SIGTERM')
    expect(await program.ended()).toMatchObject({ code: 0 })
  },
  INPUTS + 120_000,
)

test(`${COSTLY_INPUTS} requests that are almost right, of methods that cost much`, async () => {
  using home = new TempHome(existsSync(MEMORY) ? MEMORY : undefined)
  await using program = await startDaemon(home, configWithout(BARRED))
  const seeds = readCorpus().filter((seed) => COSTLY.some((name) => seed.includes(`"${name}"`)))
  const random = new SeededRandom(SEED)
  const mutator = new RpcMutator(random, seeds)
  await new FuzzRun({ path: home.paths.socketPath, wire: LINES, random, mutator, log: () => errorsOf(home) }).run(COSTLY_INPUTS)
  program.kill('SIGTERM')
  expect(await program.ended()).toMatchObject({ code: 0 })
})
