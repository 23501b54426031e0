/** What a caller may do: everything, or what the method list of its token says. */
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { Clock } from '@dchat/system'
import { RateLimiter } from './rate-limiter.ts'

/** A secret that was given out, known here by its hash only. */
export interface RpcToken {
  /** Names it in logs and errors. */
  readonly name: string
  /** Of the secret's UTF-8, 64 hex digits. */
  readonly sha256: string
  /** Names of methods, `prefix.*`, `*` for all, `readonly` for those that change nothing. */
  readonly methods: readonly string[]
  /** Requests a second, above 0; twice as many may come at once. @default the server's */
  readonly rateLimit?: number
}

export interface Rights {
  /** Undefined for the owner. */
  readonly token: string | undefined
  /** Taken away: who still has them gets no further. */
  readonly isRevoked: boolean
  allows(spec: MethodSpec): boolean
  /** Counts a request. @returns 0 when it is let in, else the milliseconds until one would be */
  take(): number
}

/** The Unix socket, the cookie, and line clients under `rpc_compat`. */
export const OWNER: Rights = { token: undefined, isRevoked: false, allows: () => true, take: () => 0 }

export class TokenRights implements Rights {
  readonly token: string
  isRevoked = false
  readonly #names = new Set<string>()
  readonly #prefixes: string[] = []
  readonly #allows: { all: boolean; reads: boolean }
  readonly #clock: Clock
  readonly #limiter: RateLimiter

  constructor(token: RpcToken, options: { clock: Clock; rateLimit: number }) {
    this.token = token.name
    this.#allows = { all: token.methods.includes('*'), reads: token.methods.includes('readonly') }
    for (const pattern of token.methods) {
      if (pattern.endsWith('.*')) this.#prefixes.push(pattern.slice(0, -1))
      else this.#names.add(pattern)
    }
    this.#clock = options.clock
    const perSecond = token.rateLimit ?? options.rateLimit
    this.#limiter = new RateLimiter({ perSecond, burst: Math.max(1, 2 * perSecond) }, options.clock.monotonicMs())
  }

  allows({ name, access }: MethodSpec): boolean {
    if (this.isRevoked) return false
    if (this.#allows.all || (this.#allows.reads && access === 'read')) return true
    return this.#names.has(name) || this.#prefixes.some((prefix) => name.startsWith(prefix))
  }

  take(): number {
    return this.#limiter.take(this.#clock.monotonicMs())
  }
}
