/** What `pnpm torture` prints. */
import type { Experiment } from './experiment.ts'
import type { Outcome } from './run-experiment.ts'

/** The claim, then a line for each finding; `BROKEN` marks a promise that does not hold, `MISSED` a figure that is off. */
export function outcomeLines({ experiment, findings, seconds }: Outcome): string[] {
  const { part, name, claim } = experiment
  const head = `${part}/${name} (${seconds.toFixed(1)} s): ${claim}`
  const rows = findings.map(({ done, outcome, aim, isMet, kind }) => {
    const verdict = isMet ? 'ok    ' : kind === 'promise' ? 'BROKEN' : 'MISSED'
    return `  ${verdict} ${done}: ${outcome} (aim: ${aim})`
  })
  return [head, ...rows]
}

/** A line for each experiment: what it is called, what it claims, and what it needs. */
export function listLines(experiments: readonly Experiment[]): string[] {
  return experiments.map(({ part, name, claim, needs = [], isLongOnly }) => {
    const notes = [...(isLongOnly ? ['long form only'] : []), ...(needs.length > 0 ? [`needs ${needs.join(', ')}`] : [])]
    return `${`${part}/${name}`.padEnd(30)} ${claim}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`
  })
}
