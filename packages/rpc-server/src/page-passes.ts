/**
 * Who may look at the page of the network: tickets, which open it once and soon, and the sessions that any right secret is exchanged
 * for. A session may read what the page shows and nothing else, whoever opened it.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { Clock } from '@dchat/system'
import type { RpcLimits } from './limits.ts'
import { RateLimiter } from './rate-limiter.ts'
import { OWNER } from './rights.ts'
import type { Rights } from './rights.ts'

const SECRET_BYTES = 32

export interface PagePassesOptions {
  /** What a page may call; of these only what is `read`. */
  readonly methods: readonly string[]
  /** Requests a second of one session. */
  readonly rateLimit: number
  readonly limits: Pick<RpcLimits, 'ticketMs' | 'maxTickets' | 'pageSessionMs' | 'maxPageSessions'>
  readonly clock: Clock
}

export class PagePasses {
  readonly #options: PagePassesOptions
  /** By the hash of the secret, oldest first: monotonic milliseconds at which it ends. */
  readonly #tickets = new Map<string, number>()
  /** As above. */
  readonly #sessions = new Map<string, PageRights>()

  constructor(options: PagePassesOptions) {
    this.#options = options
  }

  /** A ticket of the owner: 64 hex digits, good for one use within `ticketMs`. */
  issue(): { ticket: string; expiresMs: number } {
    const { clock, limits } = this.#options
    const ticket = newSecret()
    this.#tickets.set(hash(ticket), clock.monotonicMs() + limits.ticketMs)
    dropOldest(this.#tickets, limits.maxTickets)
    return { ticket, expiresMs: clock.nowMs() + limits.ticketMs }
  }

  /**
   * Exchanges a secret for the secret of a session: a ticket, which is used up, any secret that has `rights`, or that of a session,
   * which stays as it is. Undefined when it is none of these.
   */
  open(secret: string, rights: Rights | undefined): string | undefined {
    const digest = hash(secret)
    if (rights !== undefined) return this.#newSession(rights)
    const endsMs = this.#tickets.get(digest)
    if (this.#tickets.delete(digest)) return this.#options.clock.monotonicMs() < endsMs! ? this.#newSession(OWNER) : undefined
    return this.find(secret) === undefined ? undefined : secret
  }

  /** The rights of a session that runs. */
  find(secret: string): Rights | undefined {
    const digest = hash(secret)
    const rights = this.#sessions.get(digest)
    if (rights?.isRevoked === true) this.#sessions.delete(digest)
    return rights?.isRevoked === true ? undefined : rights
  }

  #newSession(from: Rights): string {
    const { maxPageSessions } = this.#options.limits
    const secret = newSecret()
    this.#sessions.set(hash(secret), new PageRights(from, this.#options))
    for (const rights of dropOldest(this.#sessions, maxPageSessions)) rights.end()
    return secret
  }
}

/** Those of a page: no more than who opened it has, and for so long only. */
export class PageRights implements Rights {
  readonly token = 'page'
  readonly #from: Rights
  readonly #methods: ReadonlySet<string>
  readonly #clock: Clock
  readonly #limiter: RateLimiter
  #endsMs: number

  constructor(from: Rights, { methods, rateLimit, limits, clock }: PagePassesOptions) {
    this.#from = from
    this.#methods = new Set(methods)
    this.#clock = clock
    this.#limiter = new RateLimiter({ perSecond: rateLimit, burst: 2 * rateLimit }, clock.monotonicMs())
    this.#endsMs = clock.monotonicMs() + limits.pageSessionMs
  }

  get isRevoked(): boolean {
    return this.#from.isRevoked || this.#clock.monotonicMs() >= this.#endsMs
  }

  /** From now on. */
  end(): void {
    this.#endsMs = -Infinity
  }

  allows(spec: MethodSpec): boolean {
    return !this.isRevoked && spec.access === 'read' && this.#methods.has(spec.name) && this.#from.allows(spec)
  }

  take(): number {
    return this.#from.take() || this.#limiter.take(this.#clock.monotonicMs())
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex')
}

/** Secrets are looked up by their hashes: how long that takes tells nothing about any of them. */
function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function dropOldest<T>(map: Map<string, T>, max: number): T[] {
  const dropped: T[] = []
  for (const [key, value] of map) {
    if (map.size <= max) break
    map.delete(key)
    dropped.push(value)
  }
  return dropped
}
