/** Who is banned, until when. Facts: docs/wire.md, Frame, the paragraph on bans. */
import type { Clock, LogFields } from '@dchat/system'
import { NetError } from '../errors.ts'
import { hostTarget, nodeHost, parseBanTarget } from './ban-target.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { RankedMap } from './ranked-map.ts'

/** A ban that runs. Facts: docs/node.md, *Hosts*. */
export interface Ban {
  /** An IP address, a host name, or an endpoint (`host:port`). */
  readonly target: string
  /** When it ends, in Unix seconds. */
  readonly untilSec: number
  /** Offences so far; each doubles the next ban. */
  readonly count: number
  /** Why, for people: the code of an error, or an operator's word. */
  readonly reason: string
  /**
   * What the peer did, for people: the fields of the error, as `command=ping length=70 maxBytes=2`. Printable ASCII, at most 200 bytes;
   * empty where nothing is known, as of an operator's ban.
   */
  readonly detail: string
}

/** What a peer did, as its ban keeps it. */
export type Offence = Pick<Ban, 'reason' | 'detail'>

/** What a line of the log says of a ban. */
export function banFields({ target, untilSec, count, reason, detail }: Ban): LogFields {
  const until = new Date(untilSec * 1_000).toISOString()
  return { target, until, count, reason, ...(detail === '' ? {} : { detail }) }
}

type Offences = Pick<Ban, 'count' | 'reason' | 'detail'>

/**
 * Bans by target. An offence costs an hour, each further one twice as long, up to a day; a week after the last ban ended the
 * count begins anew. At most 10,000, those that ended included: above it the one that ends first goes.
 */
export class BanList {
  readonly #clock: Clock
  readonly #isExempt: (target: string) => boolean
  readonly #bans = new RankedMap<Offences>()
  #revision = 0
  readonly #punished = new Map<string, number>()

  /** `deps.isExempt`: targets that are never banned; asked when a ban is made, loaded and looked up. @internal */
  constructor(deps: { clock: Clock; isExempt: (target: string) => boolean }) {
    this.#clock = deps.clock
    this.#isExempt = deps.isExempt
  }

  /** Grows with every change. @internal */
  get revision(): number {
    return this.#revision
  }

  /** Bans made for offences since the list was made, by reason: the code of the error. */
  get punished(): ReadonlyMap<string, number> {
    return this.#punished
  }

  /** Whether a ban on this target is running. */
  has(target: string): boolean {
    const ban = this.#bans.get(target)
    return ban !== undefined && this.#isRunning(ban.rank) && !this.#isExempt(target)
  }

  /** The running bans, the one that ends last first. */
  list(): Ban[] {
    return this.saved().filter(({ target }) => this.has(target))
  }

  /**
   * Bans for an offence. One that is banned already is not punished again.
   * @param offence - its `reason` is one of few: each is counted.
   * @returns the ban that runs; undefined when the target is exempt.
   * @internal
   */
  punish(target: string, offence: Offence): Ban | undefined {
    if (this.#isExempt(target)) return undefined
    const known = this.#bans.get(target)
    if (known !== undefined && this.#isRunning(known.rank)) return banOf(target, known.rank, known.value)
    const count = known === undefined || this.#isForgotten(known.rank) ? 1 : known.value.count + 1
    this.#punished.set(offence.reason, (this.#punished.get(offence.reason) ?? 0) + 1)
    const { BAN_FIRST_MS, BAN_LONGEST_MS } = HOST_LIMITS
    const durationMs = Math.min(BAN_FIRST_MS.value * 2 ** (count - 1), BAN_LONGEST_MS.value)
    return this.#put({ target, untilSec: this.#endSec(durationMs), count, ...offence })
  }

  /**
   * Bans on an operator's word, for `durationMs` from now, whatever was there before.
   * @param text - an IP, a host name, `host:port` or an endpoint URL.
   * @throws NetError NET_ADDRESS_INVALID for a text that is none, a duration out of range, or an exempt target.
   * @internal
   */
  add(text: string, options: { durationMs: number; reason?: string }): Ban {
    const target = parseBanTarget(text)
    const { durationMs } = options
    if (!(durationMs > 0 && durationMs <= HOST_LIMITS.BAN_BY_OPERATOR_MAX_MS.value)) {
      throw new NetError('NET_ADDRESS_INVALID', { address: text, reason: 'duration is out of range' })
    }
    if (this.#isExempt(target)) throw new NetError('NET_ADDRESS_INVALID', { address: text, reason: 'is never to be banned' })
    const count = this.#bans.get(target)?.value.count ?? 1
    return this.#put({ target, untilSec: this.#endSec(durationMs), count, reason: options.reason ?? 'operator', detail: '' })
  }

  /**
   * Ends a ban and forgets its count, also that of one that has ended.
   * @returns whether there was either.
   * @throws NetError NET_ADDRESS_INVALID for a text that is no target.
   * @internal
   */
  lift(text: string): boolean {
    const wasKnown = this.#bans.delete(parseBanTarget(text))
    if (wasKnown) this.#revision += 1
    return wasKnown
  }

  /**
   * The running ban on the host, with all its ports, of an address: what `lift` has to be given in place of the address.
   * @param text - as `lift` takes it.
   * @throws NetError NET_ADDRESS_INVALID for a text that is no target.
   */
  hostBanOf(text: string): string | undefined {
    const endpoint = parseBanTarget(text)
    const host = endpoint.includes('/') ? null : nodeHost(`tcp://${endpoint}/`)
    const target = host === null ? undefined : hostTarget(host)
    return target !== undefined && this.has(target) ? target : undefined
  }

  /** Takes over bans that were saved; those forgotten or exempt by now are left out. @internal */
  load(bans: Iterable<Ban>): void {
    for (const ban of bans) {
      if (!this.#isExempt(ban.target) && !this.#isForgotten(ban.untilSec)) this.#put(ban)
    }
  }

  /** What is worth saving: every ban that is not forgotten, the one that ends last first. @internal */
  saved(): Ban[] {
    return this.#bans
      .newestFirst()
      .filter(({ rank }) => !this.#isForgotten(rank))
      .map(({ key, rank, value }) => banOf(key, rank, value))
  }

  #put({ target, untilSec, count, reason, detail }: Ban): Ban {
    const offences = { count, reason: oneLine(reason), detail: printable(detail) }
    this.#bans.set(target, untilSec, offences)
    for (let first = this.#bans.first(); first !== undefined && this.#isSurplus(first.rank); first = this.#bans.first()) {
      this.#bans.delete(first.key)
    }
    this.#revision += 1
    return banOf(target, untilSec, offences)
  }

  #isSurplus(untilSec: number): boolean {
    return this.#bans.size > HOST_LIMITS.BANS_MAX.value || this.#isForgotten(untilSec)
  }

  #endSec(durationMs: number): number {
    return Math.ceil((this.#clock.nowMs() + durationMs) / 1000)
  }

  #isRunning(untilSec: number): boolean {
    return untilSec * 1000 > this.#clock.nowMs()
  }

  #isForgotten(untilSec: number): boolean {
    return untilSec * 1000 + HOST_LIMITS.BAN_REMEMBERED_MS.value < this.#clock.nowMs()
  }
}

/** One field of a tab-separated line. */
function oneLine(reason: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return reason.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, HOST_LIMITS.BAN_REASON_MAX_CHARS.value)
}

/** `text` as a `Ban.detail`: what is no printable ASCII as \u escapes, and no longer than one may be. Twice gives the same. */
export function printable(text: string): string {
  const max = HOST_LIMITS.BAN_DETAIL_MAX_BYTES.value
  const units = text.slice(0, max + 1).split('')
  const escaped = units.map((unit) => (/[ -~]/.test(unit) ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
  const all = escaped.join('')
  return all.length > max ? `${all.slice(0, max - CUT.length)}${CUT}` : all
}

const CUT = '...'

function banOf(target: string, untilSec: number, { count, reason, detail }: Offences): Ban {
  return { target, untilSec, count, reason, detail }
}
