import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { DaemonNode, Follower, LineBook, Sender, until } from '@dchat/e2e'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { ImageDisk } from './image-disk.ts'
import { inspected } from './inspected.ts'

const DISK_MIB = 160
const LIFE_MS = { least: 50, most: 500 }
/** Rounds on one disk: one that is full says nothing. */
const ROUNDS_A_DISK = 20

/**
 * The home lies on ext4 in a file. At a random moment the daemon is stopped by SIGSTOP, the file is copied, and the daemon killed: what was
 * never synced is only in memory, and so not in the copy. The next life is on the copy.
 */
export const powerCut: Experiment = {
  part: 'faults',
  name: 'power-cut',
  claim: 'After the power is cut under load each line that was promised is there, the key is the same, and no file is damaged.',
  reference: 'It keeps no messages, and writes its host list at a clean stop alone.',
  needs: ['root', 'ext4'],
  run: cutPowers,
}

async function cutPowers(trial: Trial): Promise<readonly Finding[]> {
  const rounds = trial.of(5, 100)
  let missing = 0
  let promises = 0
  let stored = 0
  const faults: string[] = []
  for (let done = 0; done < rounds; done += ROUNDS_A_DISK) {
    const book = await cutOften(trial, Math.min(ROUNDS_A_DISK, rounds - done))
    missing += book.missing
    promises += book.promises
    stored += book.stored
    faults.push(...book.faults)
    trial.say(`${Math.min(done + ROUNDS_A_DISK, rounds)} power cuts`)
  }
  return [
    promise(`${count(rounds)} power cuts under load`, {
      outcome: `${count(missing)} of ${count(promises)} promised lines missing, ${count(stored)} stored; every database sound${faults.length > 0 ? `: ${faults[0]}` : ''}`,
      aim: 'none missing, none damaged',
      isMet: faults.length === 0 && promises > rounds,
    }),
  ]
}

async function cutOften(trial: Trial, rounds: number): Promise<LineBook> {
  const config = { chat: ['rate_limit = 0'], net: ['outbound_connections = 0'] }
  await using node = new DaemonNode({ config })
  const { configFile, storePath } = node.home.paths
  const text = readFileSync(configFile)
  using disk = new ImageDisk(node.home.path, DISK_MIB)
  writeFileSync(configFile, text, { flush: true })
  const book = new LineBook()
  let key: string | undefined
  for (let round = 0; round < rounds; round += 1) {
    await node.start()
    key ??= (await node.client.call('identity.get', [])).key
    await check(node, { book, key })
    await liveUntilCut(node, { trial, book, disk, round })
    assert.equal(inspected(storePath).verdict, 'ok')
  }
  await node.start()
  await check(node, { book, key: key! })
  book.checkAll(await node.history())
  await node.kill('SIGTERM')
  assert.deepEqual(readFileSync(configFile), text)
  return book
}

async function check(node: DaemonNode, { book, key }: { readonly book: LineBook; readonly key: string }): Promise<void> {
  book.readBack(await node.history(book.lastSeq))
  assert.equal((await node.client.call('identity.get', [])).key, key)
  assert.doesNotMatch(node.program.stderr, /damaged/)
}

interface Life {
  readonly trial: Trial
  readonly book: LineBook
  readonly disk: ImageDisk
  readonly round: number
}

async function liveUntilCut(node: DaemonNode, { trial, book, disk, round }: Life): Promise<void> {
  const endpoint = { path: node.home.paths.socketPath }
  let lines = 0
  const nextText = (): string => book.sending(`round ${round} line ${(lines += 1)} ${'x'.repeat(trial.random.int(300))}`)
  await using load = new AsyncDisposableStack()
  load.use(await Follower.subscribed(endpoint.path, book))
  const senders = [1, 2].map(() => load.use(new Sender({ endpoint, witness: book, nextText })))
  await until('lines are stored', () => senders.every(({ answers }) => answers > 0))
  await delay(LIFE_MS.least + trial.random.int(LIFE_MS.most - LIFE_MS.least))
  const { pid } = node.program
  node.program.kill('SIGSTOP')
  await until('the daemon stands still', () => isStopped(pid))
  disk.cutPower()
  await node.kill('SIGKILL')
  await Promise.all(senders.map((sender) => sender.ended())) // what was answered before it stood still has come now
  disk.restore()
}

/** Every thread of it. */
function isStopped(pid: number): boolean {
  return /^\d+ \(.*\) T /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}
