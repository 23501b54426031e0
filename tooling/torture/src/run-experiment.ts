/** Runs one experiment and says what came out, whatever happens. */
import { RpcError } from '@dchat/rpc'
import { SeededRandom } from '@dchat/system'
import { promise } from './experiment.ts'
import type { Experiment, Finding, Form, Trial } from './experiment.ts'

export interface RunOptions {
  readonly form: Form
  readonly seed: number
  /** @default 60 */
  readonly minutes?: number
  readonly say: (text: string) => void
}

export interface Outcome {
  readonly experiment: Experiment
  readonly findings: readonly Finding[]
  readonly seconds: number
}

/** Never throws: an experiment that cannot be tried to its end is a promise that is not met. */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<Outcome> {
  const { form, seed, minutes = 60, say } = options
  const trial: Trial = {
    form,
    seed,
    minutes,
    random: new SeededRandom(seed),
    of: (short, long) => (form === 'short' ? short : long),
    say: (text) => say(`${experiment.name}: ${text}`),
  }
  const startMs = performance.now()
  const findings = await found(experiment, trial)
  return { experiment, findings, seconds: (performance.now() - startMs) / 1000 }
}

async function found(experiment: Experiment, trial: Trial): Promise<readonly Finding[]> {
  try {
    const findings = await experiment.run(trial)
    if (findings.length > 0) return findings
    return [promise(experiment.claim, { outcome: 'nothing was found out', aim: 'at least one finding', isMet: false })]
  } catch (error) {
    return [
      promise(experiment.claim, { outcome: `seed ${trial.seed}: ${wordsOf(error)}`, aim: 'tried to its end', isMet: false }),
    ]
  }
}

/** With what a daemon says of it: the message of its errors names the kind alone. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const hint = error instanceof RpcError ? error.data?.hint : undefined
  return `${hint === undefined ? '' : `${hint}; `}${error.stack ?? error.message}`
}

/** Whether no promise was broken. */
export function holds({ findings }: Outcome): boolean {
  return brokenPromises(findings).length === 0
}

export function brokenPromises(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ kind, isMet }) => kind === 'promise' && !isMet)
}
