/** The metrics of a daemon, written when somebody asks. */
import type { Metric } from './metric.ts'
import type { MetricsPage } from './metrics-page.ts'

export class Metrics {
  /** In the order they are written. */
  readonly table: readonly Metric[]
  #page: Promise<MetricsPage> | undefined

  /** Reads nothing yet. */
  constructor(table: readonly Metric[]) {
    this.table = table
  }

  /** As Prometheus reads them, text format 0.0.4. */
  async text(): Promise<string> {
    this.#page ??= this.#load()
    return (await this.#page).text()
  }

  async #load(): Promise<MetricsPage> {
    const { MetricsPage: Page } = await import('./metrics-page.ts')
    return new Page(this.table)
  }
}
