import assert from 'node:assert/strict'
import { DaemonNode, LineBook } from '@dchat/e2e'
import type { Experiment } from '../experiment.ts'
import { cutAtEach, endAt, stagesIn } from './start-cuts.ts'
import type { Cut } from './start-cuts.ts'

const LINES = 5

export const startStages: Experiment = {
  part: 'faults',
  name: 'start-stages',
  claim:
    'A first start and a later one may be killed, or told to stop, at any named stage: a stop ends with 0 and leaves nothing behind, and the next start has the same key and all lines.',
  run: async (trial) => {
    const stages = await stagesOfStart()
    assert.ok(stages.length >= 10, `only ${stages.join(' ')} were named`)
    return await cutAtEach({ stages, proves: 'the same key and all lines', cutStart }, trial)
  },
}

/** As a start that nobody disturbs names them. */
async function stagesOfStart(): Promise<string[]> {
  await using node = makeNode()
  await node.start()
  await node.reaches('run')
  await node.kill('SIGTERM')
  await node.start()
  await node.reaches('run')
  return stagesIn(node.program.stderr)
}

function makeNode(): DaemonNode {
  return new DaemonNode({ args: ['-v'], config: { net: ['outbound_connections = 0'], chat: ['rate_limit = 0'] } })
}

async function cutStart(cut: Cut): Promise<number> {
  await using node = makeNode()
  const book = new LineBook()
  const key = cut.isFirst ? undefined : await liveAndDie(node, book)
  const endMs = await endAt('dchatd', node.home, cut)

  await node.start()
  await node.reaches('run')
  book.readBack(await node.history())
  if (key !== undefined) assert.equal(await keyOf(node), key)
  await say(node, book)
  await node.kill('SIGKILL')
  await node.start()
  book.readBack(await node.history(book.lastSeq))
  book.checkAll(await node.history())
  assert.deepEqual(book.faults, [])
  return endMs
}

/** A life that ends without notice. @returns the key of the node */
async function liveAndDie(node: DaemonNode, book: LineBook): Promise<string> {
  await node.start()
  await node.reaches('run')
  await say(node, book)
  const key = await keyOf(node)
  await node.kill('SIGKILL')
  return key
}

async function keyOf(node: DaemonNode): Promise<string> {
  return (await node.client.call('identity.get', [])).key
}

async function say(node: DaemonNode, book: LineBook): Promise<void> {
  const from = book.stored + book.promises
  for (let line = 0; line < LINES; line += 1) {
    const text = book.sending(`line ${from + line}`)
    book.promised((await node.client.call('chat.send', { text })).seq, text)
  }
}
