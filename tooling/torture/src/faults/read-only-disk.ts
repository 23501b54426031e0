import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { DaemonNode, LineBook, Program, RawPeer, loopbackHost } from '@dchat/e2e'
import { isRpcError } from '@dchat/rpc'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding } from '../experiment.ts'
import { say } from './say.ts'
import { ImageDisk } from './image-disk.ts'

const DISK_MIB = 64
const LINES = 50
const DATA_CODE = 5
const REFUSAL_AIM_MS = 1_000

export const readOnlyDisk: Experiment = {
  part: 'faults',
  name: 'read-only-disk',
  claim:
    'When the disk becomes read-only the daemon goes on with all but storing, and says so; it stops when it is told to, a start there says why it cannot, and nothing is lost once the disk works again.',
  needs: ['root', 'ext4'],
  async run() {
    const config = { chat: ['rate_limit = 0'], net: ['outbound_connections = 0'] }
    await using node = new DaemonNode({ config })
    const text = readFileSync(node.home.paths.configFile)
    using disk = new ImageDisk(node.home.path, DISK_MIB)
    writeFileSync(node.home.paths.configFile, text)
    const book = new LineBook()
    const findings = await failWhileItRuns(node, { book, disk })
    findings.push(await startReadOnly(node, disk))
    disk.mend()
    await node.start()
    book.readBack(await node.history(book.lastSeq))
    book.checkAll(await node.history())
    await say(node, book, 'after')
    findings.push(
      promise('a start once the disk works again', {
        outcome: `${count(book.missing)} of ${count(book.promises)} promised lines missing, and storing works${book.faults.length > 0 ? `: ${book.faults[0]}` : ''}`,
        aim: 'none missing',
        isMet: book.faults.length === 0,
      }),
    )
    return findings
  },
}

interface Stage {
  readonly book: LineBook
  readonly disk: ImageDisk
}

async function failWhileItRuns(node: DaemonNode, { book, disk }: Stage): Promise<Finding[]> {
  await node.start()
  await node.reaches('run')
  for (let line = 0; line < LINES; line += 1) await say(node, book, `line ${line}`)
  await using peer = await RawPeer.dial(await node.url(), loopbackHost())
  await peer.greet('dialer')

  disk.fail()
  const askedMs = performance.now()
  const refusal: unknown = await node.client
    .call('chat.send', { text: book.sending('on a disk that failed') })
    .catch((error: unknown) => error)
  const refusalMs = performance.now() - askedMs
  assert.ok(isRpcError(refusal, 'store_failed'), String(refusal))
  book.readBack(await node.history())
  await using newcomer = await RawPeer.dial(await node.url(), loopbackHost())
  await newcomer.greet('dialer')
  assert.partialDeepStrictEqual(await node.info(), { state: 'run', peers: { inbound: 2 } })
  assert.match(node.program.stderr, /"level":"error"/)

  node.program.kill('SIGTERM')
  const ending = await node.program.ended()
  await node.kill('SIGKILL')
  return [
    promise('a disk that fails under a running daemon: its file system becomes read-only', {
      outcome: `sending ends with store_failed; reading, peers and new clients went on; told to stop it ended with ${ending.code}`,
      aim: 'all but storing goes on, and it ends by itself',
      isMet: ending.code !== null,
    }),
    figure('sending on it', {
      outcome: `refused after ${count(refusalMs)} ms`,
      aim: `≤ ${count(REFUSAL_AIM_MS)} ms`,
      isMet: refusalMs <= REFUSAL_AIM_MS,
    }),
  ]
}

async function startReadOnly(node: DaemonNode, disk: ImageDisk): Promise<Finding> {
  disk.makeReadOnly()
  const ending = await Program.run('dchatd', ['--home', node.home.path])
  const isSaid = /read-only/.test(ending.stderr)
  return promise('a start on a disk that is read-only', {
    outcome: `ended with ${ending.code}, ${isSaid ? 'saying so' : `saying: ${ending.stderr}`}`,
    aim: `code ${DATA_CODE}, and says so`,
    isMet: ending.code === DATA_CODE && isSaid,
  })
}
