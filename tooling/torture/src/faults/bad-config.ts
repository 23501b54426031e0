/** Configurations that cannot be used: each ends the start with one line that says where and why. */
import { Program, TempHome } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { BAD_CONFIGS } from './bad-configs.ts'
import type { BadConfig } from './bad-configs.ts'

/** In the short form every so many of them. */
const SHORT_STEP = 5
const EXIT_CONFIG = 2
const MOST_MS = 1_000

interface Refusal {
  readonly config: BadConfig
  readonly ending: Ending
  readonly tookMs: number
  /** The file, as the line has to name it. */
  readonly path: string
}

async function refusal(config: BadConfig): Promise<Refusal> {
  using home = new TempHome()
  const path = home.write('dchatd.toml', `${config.text.replaceAll('>', '\n')}\n`)
  const startMs = performance.now()
  const ending = await Program.run('dchatd', ['--home', home.path])
  return { config, ending, tookMs: performance.now() - startMs, path }
}

/** What is wrong with how it was refused; undefined when nothing is. */
function flaw({ config, ending, path }: Refusal): string | undefined {
  const { code, signal, stdout, stderr } = ending
  const lines = stderr.trim().split('\n')
  if (code !== EXIT_CONFIG) return `ended with ${code ?? signal}: ${stderr.slice(0, 200)}`
  if (lines.length !== 1 || stdout !== '') return `said ${lines.length} lines: ${(stderr + stdout).slice(0, 200)}`
  const place = `${path}:${config.line}: ${config.key === null ? '' : `${config.key}: `}`
  if (!lines[0]!.includes(place)) return `does not name ${place} in: ${lines[0]}`
  return lines[0]!.includes(config.says) ? undefined : `does not say "${config.says}" in: ${lines[0]}`
}

async function run(trial: Trial): Promise<readonly Finding[]> {
  const configs = trial.of(
    BAD_CONFIGS.filter((_, index) => index % SHORT_STEP === 0),
    BAD_CONFIGS,
  )
  const refusals: Refusal[] = []
  // One at a time where times are recorded.
  const atOnce = trial.of(2, 1)
  const left = configs.values()
  const starter = async (): Promise<void> => {
    for (const config of left) refusals.push(await refusal(config))
  }
  await Promise.all(Array.from({ length: atOnce }, starter))
  const flaws = refusals.flatMap((each) => {
    const words = flaw(each)
    return words === undefined ? [] : [`${each.config.text}: ${words}`]
  })
  const slowest = Math.max(...refusals.map(({ tookMs }) => tookMs))
  const done = `${count(refusals.length)} starts with a configuration that cannot be used`
  return [
    promise(done, {
      outcome: `${count(refusals.length - flaws.length)} ended with ${EXIT_CONFIG} and one line with file, line, key and reason${flaws.map((each) => `; ${each}`).join('')}`,
      aim: 'all',
      isMet: flaws.length === 0,
    }),
    figure(`the slowest of them, ${atOnce} at a time`, {
      outcome: `${count(slowest)} ms`,
      aim: `at most ${count(MOST_MS)} ms`,
      isMet: slowest <= MOST_MS,
    }),
  ]
}

export const badConfig: Experiment = {
  part: 'faults',
  name: 'bad-config',
  claim: 'a configuration that cannot be used ends the start at once, with one line that names file, line, key and what is wrong',
  run,
}
