/** Starts of a daemon that are cut at each stage their log names. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Program } from '@dchat/e2e'
import type { Ending, ProgramName, TempHome } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Finding, Trial } from '../experiment.ts'

const END_AT_STAGE = fileURLToPath(new URL('end-at-stage.ts', import.meta.url))
const STOP_AIM_MS = 2_000
/** Homes at a time. */
const AT_ONCE = 2

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGINT'

/** A start of a home that is new, or of one that was used and killed. */
export interface Cut {
  readonly stage: string
  readonly signal: Signal
  readonly isFirst: boolean
}

/** What is tried with the starts of one program. */
export interface CutStarts {
  /** A clause that says what of the next start was looked at. */
  readonly proves: string
  /** As a start that nobody disturbs names them. */
  readonly stages: readonly string[]
  /** Cuts one start and looks at the next. @returns how long the process took to end, in ms @throws {Error} when there is a trace of the cut */
  readonly cutStart: (cut: Cut) => Promise<number>
}

export function stagesIn(log: string): string[] {
  return [...log.matchAll(/"stage":"([a-z-]+)"/g)].map(([, stage]) => stage!)
}

export async function cutAtEach({ stages, proves, cutStart }: CutStarts, trial: Trial): Promise<readonly Finding[]> {
  const cuts = cutsOf(stages, trial)
  const queue = cuts.values()
  const stopsMs: number[] = []
  const worker = async (): Promise<void> => {
    for (const cut of queue) {
      const endMs = await cutStart(cut).catch((cause: unknown) => {
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
        outcome: `each next start ran, with ${proves}; each stop ended with 0 and left no socket, cookie or log of a database`,
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

function cutsOf(stages: readonly string[], trial: Trial): Cut[] {
  return trial.of(
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
}

/** Starts a program that is ended by a signal as it names the stage. @returns how long it took to end, in ms @throws {Error} when it ended otherwise */
export async function endAt(name: ProgramName, home: TempHome, { stage, signal }: Cut): Promise<number> {
  const env = { NODE_OPTIONS: `--import=${END_AT_STAGE}`, END_AT: stage, END_WITH: signal }
  await using program = new Program(name, ['--home', home.path, '-v'], { env })
  await program.says(`"stage":"${stage}"`, 'stderr').catch(() => {}) // that it ended instead is looked at
  const signalledMs = performance.now()
  const ending = await program.ended()
  const endMs = performance.now() - signalledMs
  assert.ok(stagesIn(ending.stderr).includes(stage), ending.stderr.slice(-2_000))
  if (signal === 'SIGKILL') assert.deepEqual([ending.signal, stagesIn(ending.stderr).at(-1)], ['SIGKILL', stage])
  else assertLeftNothing(home, ending)
  return endMs
}

function assertLeftNothing({ paths }: TempHome, ending: Ending): void {
  assert.equal(ending.code, 0, ending.stderr.slice(-2_000))
  assert.doesNotMatch(ending.stderr, /"level":"(?:error|warn)"/)
  assert.deepEqual(existsSync(paths.runtimeDir) ? readdirSync(paths.runtimeDir) : [], [])
  assert.equal(existsSync(`${paths.storePath}-wal`), false)
}
