/** Slows down who tries secrets, by where it comes from. Who has a right one is never asked here, and so never locked out. */
import { isIPv6 } from 'node:net'
import type { Clock, Logger } from '@dchat/system'
import type { RpcLimits } from './limits.ts'
import { RateLimiter } from './rate-limiter.ts'

export interface FailedAuthsOptions {
  readonly limits: RpcLimits
  readonly clock: Clock
  readonly logger: Logger
}

export class FailedAuths {
  readonly #options: FailedAuthsOptions
  /** Oldest first. */
  readonly #limiters = new Map<string, RateLimiter>()
  #untold = 0

  constructor(options: FailedAuthsOptions) {
    this.#options = options
  }

  /**
   * A secret was wrong. Logged with its address, never the secret; beyond the rate only counted.
   * @returns 0 when it is to be told so, else the milliseconds until it would be: it is to be sent away
   */
  note(address: string): number {
    const waitMs = this.#limiterOf(networkOf(address)).take(this.#options.clock.monotonicMs())
    if (waitMs > 0) this.#untold += 1
    else {
      this.#options.logger.warn('RPC credentials are wrong', { address, ...(this.#untold > 0 ? { untold: this.#untold } : {}) })
      this.#untold = 0
    }
    return waitMs
  }

  #limiterOf(network: string): RateLimiter {
    const known = this.#limiters.get(network)
    if (known !== undefined) return known
    const { limits, clock } = this.#options
    for (const oldest of this.#limiters.keys()) {
      if (this.#limiters.size < limits.maxFailingAddresses) break
      this.#limiters.delete(oldest)
    }
    const rate = { perSecond: limits.failedAuthsPerSecond, burst: limits.failedAuthsBurst }
    const limiter = new RateLimiter(rate, clock.monotonicMs())
    this.#limiters.set(network, limiter)
    return limiter
  }
}

/** Who has one address of an IPv6 network has all 2^64 of them. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  while (tail !== undefined && groups.length + after.length < 8) groups.push('0')
  return [...groups, ...after].slice(0, 4).join(':')
}
