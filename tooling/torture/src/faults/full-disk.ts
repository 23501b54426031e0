/** A disk without room under the whole home of a daemon: it goes on, loses nothing, and works again once there is room. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DaemonNode, LineBook, LineClient, Program, RawPeer, Sender, SmallDisk, chatFrame, loopbackHost, until } from '@dchat/e2e'
import type { Answer } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding } from '../experiment.ts'

const ANSWER_AIM_MS = 1_000
const RECOVERY_AIM_MS = 5_000
const NO_ROOM_CODE = 5
const DISK_MIB = 64
/** Stored before the disk is full. */
const LINES = 2_000
/** Far more hosts than fit into what is left of a disk that is full. */
const HOSTS = Array.from({ length: 400 }, (_, index) => `grey\ttcp://10.${index >> 8}.${index & 255}.1:9999/\t1700000000`)
const STORE_FAILED = { code: -32_007, message: 'store failed', data: { kind: 'store_failed', retryable: true } }

export const fullDisk: Experiment = {
  part: 'faults',
  name: 'full-disk',
  claim:
    'On a full disk sending fails with an error and all else goes on; no file is cut short, nothing promised is lost, and storing works again by itself once there is room.',
  needs: ['root'],
  async run() {
    return [...(await fillWhileItRuns()), ...(await stopAndStartWhileFull())]
  },
}

/** A node that is to run on a small disk. */
function onSmallDisk(scope: AsyncDisposableStack): { readonly node: DaemonNode; readonly disk: SmallDisk } {
  const config = { net: ['outbound_connections = 0'], chat: ['rate_limit = 0'] }
  const node = scope.use(new DaemonNode({ hasTcpRpc: true, config }))
  const { configFile, dataDir, hostlistPath } = node.home.paths
  const text = readFileSync(configFile)
  const disk = scope.use(new SmallDisk(node.home.path, DISK_MIB))
  writeFileSync(configFile, text)
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(hostlistPath, `${HOSTS.join('\n')}\n`)
  return { node, disk }
}

async function runningOnSmallDisk(
  scope: AsyncDisposableStack,
): Promise<ReturnType<typeof onSmallDisk> & { readonly book: LineBook }> {
  const at = onSmallDisk(scope)
  await at.node.start()
  await at.node.reaches('run')
  return { ...at, book: new LineBook() }
}

async function fillWhileItRuns(): Promise<Finding[]> {
  await using scope = new AsyncDisposableStack()
  const { node, disk, book } = await runningOnSmallDisk(scope)
  book.promised((await node.client.call('chat.send', { text: book.sending('before') })).seq, 'before')
  const peer = scope.use(await RawPeer.dial(await node.url(), loopbackHost()))
  await peer.greet('dialer')

  await sendLines(node, book)
  disk.fill()
  assertRefusal(await sendUntilFull(node, book))
  const askedMs = performance.now()
  assertRefusal((await ask(node, 'send', ['y'.repeat(60_000)]))['error'])
  const answerMs = performance.now() - askedMs

  // Reads, peers and new connections go on.
  book.readBack(await node.history())
  peer.write(chatFrame(book.sending('lost, or not')))
  const newcomer = scope.use(await RawPeer.dial(await node.url(), loopbackHost()))
  await newcomer.greet('dialer')
  assert.partialDeepStrictEqual(await node.info(), { state: 'run', peers: { inbound: 2 } })
  assert.equal(peer.isClosed, false)

  disk.free()
  const freedMs = performance.now()
  const text = book.sending('room again')
  const { seq } = await until('storing works again', () => node.client.call('chat.send', { text }).catch(() => undefined))
  const recoveryMs = performance.now() - freedMs
  book.promised(seq, text)
  peer.write(chatFrame(book.sending('of a peer')))
  await node.stores('of a peer')
  await node.kill('SIGKILL')
  await node.start()
  book.readBack(await node.history(book.lastSeq))
  book.checkAll(await node.history())
  assert.doesNotMatch(node.program.stderr, /damaged/)
  return [
    promise(`a disk of ${DISK_MIB} MiB filled to the last byte while lines come, freed again, then kill -9`, {
      outcome: `${count(book.missing)} of ${count(book.promises)} promised lines missing; reading, peers and new clients went on${book.faults.length > 0 ? `: ${book.faults[0]}` : ''}`,
      aim: 'none missing; all but storing goes on',
      isMet: book.faults.length === 0,
    }),
    figure('sending on the full disk', {
      outcome: `refused with store_failed after ${count(answerMs)} ms`,
      aim: `≤ ${count(ANSWER_AIM_MS)} ms`,
      isMet: answerMs <= ANSWER_AIM_MS,
    }),
    figure('storing once there is room', {
      outcome: `works after ${count(recoveryMs)} ms`,
      aim: `≤ ${count(RECOVERY_AIM_MS)} ms`,
      isMet: recoveryMs <= RECOVERY_AIM_MS,
    }),
  ]
}

async function stopAndStartWhileFull(): Promise<Finding[]> {
  await using scope = new AsyncDisposableStack()
  const { node, disk, book } = await runningOnSmallDisk(scope)
  const { configFile, hostlistPath, storePath } = node.home.paths
  const config = readFileSync(configFile, 'utf8')
  await sendLines(node, book)
  disk.fill()
  await sendUntilFull(node, book)
  book.readBack(await node.history())
  await node.kill('SIGTERM')
  assert.equal(readFileSync(configFile, 'utf8'), config)
  assert.equal(readFileSync(hostlistPath, 'utf8').trim().split('\n').length, HOSTS.length)

  disk.fill()
  const ending = await Program.run('dchatd', ['--home', node.home.path])
  assert.equal(ending.code, NO_ROOM_CODE, ending.stderr)
  assert.match(ending.stderr, /no room on the disk/)
  assert.equal(readFileSync(configFile, 'utf8'), config)
  assert.ok(readFileSync(storePath).length > 0)

  disk.free()
  await node.start()
  book.checkAll(await node.history())
  return [
    promise('a stop and a start on the full disk', {
      outcome: `configuration, host list and database are whole; the start ends with ${ending.code} and says why${book.faults.length > 0 ? `: ${book.faults[0]}` : ''}`,
      aim: `all whole, code ${NO_ROOM_CODE}`,
      isMet: book.faults.length === 0,
    }),
  ]
}

async function ask(node: DaemonNode, method: string, params: unknown[]): Promise<Answer> {
  await using client = await LineClient.connect({ path: node.home.paths.socketPath })
  return await client.ask(method, params)
}

/** Sends short lines, and waits for their answers. */
async function sendLines(node: DaemonNode, book: LineBook): Promise<void> {
  let lines = 0
  const endpoint = { path: node.home.paths.socketPath }
  await using sender = new Sender({ endpoint, witness: book, nextText: () => book.sending(`short ${(lines += 1)}`) })
  await until('lines are stored', () => sender.answers >= LINES)
  await sender.stop()
}

/** Sends long lines until one is refused. @returns the error */
async function sendUntilFull(node: DaemonNode, book: LineBook): Promise<Answer> {
  let refused: Answer
  let lines = 0
  await using sender = new Sender({
    endpoint: { path: node.home.paths.socketPath },
    witness: book,
    nextText: () => book.sending(`${(lines += 1)} ${'x'.repeat(8_000)}`),
    onError: (error) => (refused ??= error),
  })
  await until('a line is refused', () => refused !== undefined)
  await sender.stop()
  return refused
}

/** It has a hint, and names neither a path nor what keeps the lines. */
function assertRefusal(error: Answer): void {
  assert.partialDeepStrictEqual(error, STORE_FAILED)
  assert.doesNotMatch(JSON.stringify(error), /\/|sqlite/i)
}
