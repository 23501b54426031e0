/** Peers to come back to after a restart, so that whoever fills our lists meanwhile does not get all our slots. */
import { HOST_LIMITS } from './host-limits.ts'

/** At most two addresses, and which of them have yet to be tried since the start. */
export class Anchors {
  #urls: readonly string[] = []
  #pending: string[] = []
  #revision = 0

  /** Grows with every change. */
  get revision(): number {
    return this.#revision
  }

  get urls(): readonly string[] {
    return this.#urls
  }

  /** Takes the first two; where there are fewer, earlier ones stay, so that a time without peers forgets none. */
  set(urls: readonly string[]): void {
    const kept = [...new Set([...urls, ...this.#urls])].slice(0, HOST_LIMITS.ANCHORS_MAX.value)
    if (kept.length === this.#urls.length && kept.every((url, index) => url === this.#urls[index])) return
    this.#urls = kept
    this.#revision += 1
  }

  /** From now on each anchor is to be tried once. */
  arm(): void {
    this.#pending = [...this.#urls]
  }

  /** An anchor that `accepts` takes; it is not given again, nor are those that were refused. */
  take(accepts: (url: string) => boolean): string | undefined {
    for (let url = this.#pending.shift(); url !== undefined; url = this.#pending.shift()) if (accepts(url)) return url
    return undefined
  }
}
