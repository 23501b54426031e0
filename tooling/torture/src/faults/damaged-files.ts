import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DaemonNode, Program } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'

const USAGE_CODE = 2
const DATA_CODE = 5
const HOSTS = Array.from({ length: 40 }, (_, index) => `white\ttcp://10.1.${index}.1:9999/\t1700000000\n`)
const BANS = Array.from({ length: 10 }, (_, index) => `10.2.${index}.1\t9999999999\t1\tknown\n`)

/** What a daemon may do about a file that is damaged. */
type Verdict = 'runs' | 'refuses'

interface Victim {
  readonly name: string
  /** Below the folders of a home. */
  readonly path: (node: DaemonNode) => string
  /** `refuses`: ends, naming the file and leaving it as it is; whoever it is then cannot become somebody else. Of some damages a text remains sound. */
  readonly may: readonly Verdict[]
  readonly code: number
}

const inData =
  (file: string) =>
  (node: DaemonNode): string =>
    join(node.home.paths.dataDir, file)

const VICTIMS: readonly Victim[] = [
  { name: 'configuration', path: (node) => node.home.paths.configFile, may: ['runs', 'refuses'], code: USAGE_CODE },
  { name: 'host list', path: (node) => node.home.paths.hostlistPath, may: ['runs'], code: DATA_CODE },
  { name: 'bans', path: (node) => node.home.paths.bansPath, may: ['runs'], code: DATA_CODE },
  { name: 'anchors', path: inData('anchors.tsv'), may: ['runs'], code: DATA_CODE },
  { name: 'cookie', path: (node) => node.home.paths.cookiePath, may: ['runs'], code: DATA_CODE },
  { name: 'own key', path: (node) => node.home.paths.identityPath, may: ['runs', 'refuses'], code: DATA_CODE },
  { name: 'box keys', path: (node) => node.home.paths.boxKeysPath, may: ['runs', 'refuses'], code: DATA_CODE },
  { name: 'room keys', path: (node) => node.home.paths.roomKeysPath, may: ['runs', 'refuses'], code: DATA_CODE },
  { name: 'lock', path: (node) => node.home.paths.lockPath, may: ['runs', 'refuses'], code: DATA_CODE },
]

const DAMAGES: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  emptied: () => Buffer.alloc(0),
  'cut short': (bytes, random) => bytes.subarray(0, random.int(bytes.length)),
  'of noise': (bytes, random) => Buffer.from(Array.from(bytes, () => random.int(256))),
  'of zeros': (bytes) => Buffer.alloc(bytes.length),
  'with noise in it': (bytes, random) => {
    const copy = Buffer.from(bytes)
    const from = random.int(copy.length)
    for (let at = from; at < Math.min(copy.length, from + 16); at += 1) copy[at] = random.int(256)
    return copy
  },
  'very long': (bytes) => Buffer.concat([bytes, Buffer.alloc(20 * 1_048_576, 'x')]),
}

export const damagedFiles: Experiment = {
  part: 'faults',
  name: 'damaged-files',
  claim:
    'With any file of its home damaged the daemon runs with what is sound, or ends at once naming the file and leaving it as it is; it never becomes somebody else, and never hangs.',
  reference: 'A host list that is no UTF-8 is dropped without a word.',
  run: damageEach,
}

async function damageEach(trial: Trial): Promise<readonly Finding[]> {
  await using node = new DaemonNode({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'] } })
  const home = await prepare(node)
  let done = 0
  let refused = 0
  const faults: string[] = []
  const rounds = trial.of(1, 3)
  for (let round = 0; round < rounds; round += 1) {
    const kinds = Object.entries(DAMAGES).filter((_, index) => trial.form === 'long' || index % 2 === 0)
    for (const victim of VICTIMS) {
      for (const [kind, damage] of kinds) {
        home.restore()
        const path = victim.path(node)
        const spoilt = damage(readFileSync(path), trial.random)
        writeFileSync(path, spoilt)
        const verdict = await verdictOn(node, { victim, spoilt, key: home.key }).catch((error: unknown) => String(error))
        done += 1
        if (verdict === 'refuses') refused += 1
        if (!(victim.may as readonly string[]).includes(verdict)) faults.push(`${victim.name} ${kind}: ${verdict}`)
      }
    }
  }
  return [
    promise(`${count(done)} damages of ${VICTIMS.map(({ name }) => name).join(', ')}`, {
      outcome: `${count(done - refused - faults.length)} starts ran on, ${count(refused)} ended naming the file${faults.length > 0 ? `; ${faults.slice(0, 5).join('; ')}` : ''}`,
      aim: 'each runs with the same key, or names the file and leaves it',
      isMet: faults.length === 0,
    }),
  ]
}

interface SavedHome {
  readonly key: string
  restore(): void
}

/** A home that was used, and all its files. */
async function prepare(node: DaemonNode): Promise<SavedHome> {
  await node.start()
  await node.reaches('run')
  await node.client.call('chat.send', { text: 'kept' })
  await node.client.call('room.create', { name: 'cats' })
  const { key } = await node.client.call('identity.get', [])
  const cookie = readFileSync(node.home.paths.cookiePath)
  await node.kill('SIGTERM')
  writeFileSync(node.home.paths.hostlistPath, HOSTS.join(''))
  writeFileSync(node.home.paths.bansPath, BANS.join(''))
  writeFileSync(inData('anchors.tsv')(node), 'tcp://10.1.1.1:9999/\n')
  writeFileSync(node.home.paths.cookiePath, cookie, { mode: 0o600 })
  const files = filesBelow(node.home.path).map((path) => ({ path, bytes: readFileSync(path), mode: statSync(path).mode }))
  return {
    key,
    restore() {
      for (const path of filesBelow(node.home.path)) rmSync(path)
      for (const { path, bytes, mode } of files) writeFileSync(path, bytes, { mode })
    },
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSocket())
    .map((entry) => join(entry.parentPath, entry.name))
}

interface Case {
  readonly victim: Victim
  readonly spoilt: Buffer
  readonly key: string
}

async function verdictOn(node: DaemonNode, { victim, spoilt, key }: Case): Promise<Verdict> {
  const program = await startOrEnding(node)
  if (program !== undefined) {
    assert.equal(program.code, victim.code, program.stderr)
    assert.ok(program.stderr.includes(victim.path(node)), `it does not name the file: ${program.stderr}`)
    assert.ok(readFileSync(victim.path(node)).equals(spoilt), 'it changed the file')
    return 'refuses'
  }
  await node.reaches('run')
  assert.equal((await node.client.call('identity.get', [])).key, key)
  assert.equal(
    (await node.history()).some(({ text }) => text === 'kept'),
    true,
  )
  await node.kill('SIGTERM')
  assert.equal(existsSync(node.home.paths.cookiePath), false)
  return 'runs'
}

/** How a start ended; undefined when it runs, and `node` holds it. */
async function startOrEnding(node: DaemonNode): Promise<{ readonly code: number | null; readonly stderr: string } | undefined> {
  try {
    await node.start()
    return undefined
  } catch {
    return await Program.run('dchatd', ['--home', node.home.path])
  }
}
