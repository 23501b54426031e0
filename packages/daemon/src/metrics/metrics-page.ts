/** Writes metrics as Prometheus reads them. Loaded when they are first asked for. */
import { Counter, Gauge, Registry } from '@prometheus-io/client'
import type { DurationCounts } from '@dchat/system'
import type { HistogramMetric, Metric, Sample, ValueMetric } from './metric.ts'

export class MetricsPage {
  readonly #registry = new Registry()

  constructor(metrics: readonly Metric[]) {
    for (const metric of metrics) this.#add(metric)
  }

  /** The text exposition format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  #add(metric: Metric): void {
    if (metric.type === 'histogram') this.#addHistogram(metric)
    else if (metric.type === 'counter') this.#addCounter(metric)
    else this.#addGauge(metric)
  }

  #addCounter(metric: ValueMetric): void {
    const counter = new Counter({
      ...this.#options(metric),
      collect() {
        counter.reset()
        for (const { labels, value } of samplesOf(metric)) counter.inc(labels, value)
      },
    })
  }

  #addGauge(metric: ValueMetric): void {
    const gauge = new Gauge({
      ...this.#options(metric),
      collect() {
        gauge.reset()
        for (const { labels, value } of samplesOf(metric)) gauge.set(labels, value)
      },
    })
  }

  /** The library's own wants to be told of each duration; these were counted where they were measured. */
  #addHistogram({ name, help, type, read }: HistogramMetric): void {
    const histogram = { name, help, get: () => Promise.resolve({ name, help, type, values: bucketsOf(name, read()) }) }
    this.#registry.registerMetric(histogram as unknown as Gauge)
  }

  #options({ name, help, labels = [] }: ValueMetric): {
    name: string
    help: string
    labelNames: string[]
    registers: Registry[]
  } {
    return { name, help, labelNames: [...labels], registers: [this.#registry] }
  }
}

function samplesOf({ read }: ValueMetric): readonly Sample[] {
  const values = read()
  return typeof values === 'number' ? [{ labels: {}, value: values }] : values
}

interface Row {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Each bucket holds those before it too. */
function bucketsOf(name: string, { boundsMs, counts, count, sumMs }: DurationCounts): Row[] {
  let below = 0
  const buckets = boundsMs.map((boundMs, index) => {
    below += counts[index]!
    return { metricName: `${name}_bucket`, labels: { le: String(boundMs / 1000) }, value: below }
  })
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels: {}, value: sumMs / 1000 },
    { metricName: `${name}_count`, labels: {}, value: count },
  ]
}
