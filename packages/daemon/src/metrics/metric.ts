/** What a metric is here: a name, a text, and a way to read its figures when somebody asks. Nothing is counted for metrics alone. */
import type { DurationCounts } from '@dchat/system'

/** Values come from small fixed sets (commands, states, outcomes): never an address, a nick, a room or anything else of a peer. */
export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

interface MetricBase {
  /** With the prefix `dchat_`, the unit, and `_total` for what only grows. */
  readonly name: string
  /** One sentence, with a full stop. */
  readonly help: string
  /** Names of the labels its samples have. */
  readonly labels?: readonly string[]
}

export interface ValueMetric extends MetricBase {
  readonly type: 'counter' | 'gauge'
  readonly read: () => number | readonly Sample[]
}

/** Of durations; written in seconds. */
export interface HistogramMetric extends MetricBase {
  readonly type: 'histogram'
  readonly read: () => DurationCounts
}

/** Reads are cheap: they are all made for each request. */
export type Metric = ValueMetric | HistogramMetric

/** Samples of a record, its keys as the values of one label. */
export function byLabel(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }))
}
