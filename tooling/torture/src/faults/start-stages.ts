import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DaemonNode, LineBook, Program } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'

const END_AT_STAGE = fileURLToPath(new URL('end-at-stage.ts', import.meta.url))
const STOP_AIM_MS = 2_000
/** Homes at a time. */
const AT_ONCE = 2
const LINES = 5

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGINT'

/** A start of a home that is new, or of one that was used and killed. */
interface Cut {
  readonly stage: string
  readonly signal: Signal
  readonly isFirst: boolean
}

export const startStages: Experiment = {
  part: 'faults',
  name: 'start-stages',
  claim:
    'A first start and a later one may be killed, or told to stop, at any named stage: a stop ends with 0 and leaves nothing behind, and the next start has the same key and all lines.',
  run: cutAtEachStage,
}

async function cutAtEachStage(trial: Trial): Promise<readonly Finding[]> {
  const stages = await stagesOfStart()
  assert.ok(stages.length >= 10, `only ${stages.join(' ')} were named`)
  const cuts = trial.of(
    stages.flatMap((stage, index): Cut[] => [
      { stage, signal: 'SIGKILL', isFirst: index % 2 === 0 },
      { stage, signal: 'SIGTERM', isFirst: index % 2 === 1 },
    ]),
    stages.flatMap((stage): Cut[] =>
      (['SIGKILL', 'SIGTERM', 'SIGINT'] as const).flatMap((signal) => [
        { stage, signal, isFirst: true },
        { stage, signal, isFirst: false },
      ]),
    ),
  )
  const queue = cuts.values()
  const stopsMs: number[] = []
  const worker = async (): Promise<void> => {
    for (const cut of queue) {
      const { endMs } = await cutStart(cut).catch((cause: unknown) => {
        const when = cut.isFirst ? 'a first' : 'a later'
        throw new Error(`${cut.signal} at ${cut.stage} of ${when} start: ${String(cause)}`, { cause })
      })
      if (cut.signal !== 'SIGKILL') stopsMs.push(endMs)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const slowest = Math.max(...stopsMs)
  const kills = cuts.length - stopsMs.length
  return [
    promise(
      `starts killed (${count(kills)}) and told to stop (${count(stopsMs.length)}) at ${stages.length} stages: ${stages.join(', ')}`,
      {
        outcome:
          'each next start ran, with the same key and all lines; each stop ended with 0 and left no socket, cookie or log of the database',
        aim: 'no trace of the cut',
        isMet: true, // it would have thrown
      },
    ),
    figure('from the signal to stop to the end of the process', {
      outcome: `${count(slowest)} ms at most`,
      aim: `≤ ${count(STOP_AIM_MS)} ms`,
      isMet: slowest <= STOP_AIM_MS,
    }),
  ]
}

const stagesIn = (log: string): string[] => [...log.matchAll(/"stage":"([a-z-]+)"/g)].map(([, stage]) => stage!)

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

async function cutStart(cut: Cut): Promise<{ readonly endMs: number }> {
  await using node = makeNode()
  const book = new LineBook()
  const key = cut.isFirst ? undefined : await liveAndDie(node, book)
  const { ending, endMs } = await startAndEnd(node, cut)
  assert.ok(stagesIn(ending.stderr).includes(cut.stage))
  if (cut.signal === 'SIGKILL') assert.deepEqual([ending.signal, stagesIn(ending.stderr).at(-1)], ['SIGKILL', cut.stage])
  else assertLeftNothing(node, ending)

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
  return { endMs }
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

async function startAndEnd(
  node: DaemonNode,
  { stage, signal }: Cut,
): Promise<{ readonly ending: Ending; readonly endMs: number }> {
  const env = { NODE_OPTIONS: `--import=${END_AT_STAGE}`, END_AT: stage, END_WITH: signal }
  await using program = new Program('dchatd', ['--home', node.home.path, '-v'], { env })
  await program.says(`"stage":"${stage}"`, 'stderr').catch(() => {}) // that it ended instead is looked at
  const signalledMs = performance.now()
  const ending = await program.ended()
  return { ending, endMs: performance.now() - signalledMs }
}

function assertLeftNothing(node: DaemonNode, ending: Ending): void {
  assert.equal(ending.code, 0, ending.stderr.slice(-2_000))
  assert.doesNotMatch(ending.stderr, /"level":"(?:error|warn)"/)
  const { runtimeDir, storePath } = node.home.paths
  assert.deepEqual(existsSync(runtimeDir) ? readdirSync(runtimeDir) : [], [])
  assert.equal(existsSync(`${storePath}-wal`), false)
}
