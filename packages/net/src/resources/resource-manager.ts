/**
 * Shares the thread out among channels: no channel takes more than its part of a turn of the event loop, nor for long more
 * than its part of the thread while others want theirs. Whoever does is not read for a while; nothing is lost, and nobody is
 * banned for speed. Reasons and figures: docs/decisions/0009 and docs/limits.md.
 */
import type { Clock, Timer } from '@dchat/system'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { ChannelLoad } from './channel-load.ts'
import type { Throttle } from './channel-load.ts'

/** A clock for durations that work takes. A manual clock stands still meanwhile, so that on it work costs nothing. */
export type WorkMeter = Pick<Clock, 'monotonicMs'>

export interface ResourceManagerDeps {
  readonly clock: Clock
  /** @default the clock */
  readonly meter?: WorkMeter | undefined
}

/** What the manager uses of a channel. */
export interface LoadedChannel {
  readonly info: { readonly id: number }
  /** Bytes handed to the network so far. */
  readonly sentBytes: number
  hold(): void
  release(): void
  stop(reason: NetError): unknown
}

const TICK_MS = LIMITS.LOAD_TICK_MS.value
const OVER_FAIR = LIMITS.LOAD_OVER_FAIR_PERCENT.value / 100
/** A throttled channel is read again at half of the share at which it was stopped. */
const RESUME_PART = 0.5
const DEAR_SHARE = LIMITS.DEAR_SHARE_PERCENT.value / 100
const DEAR_BAN_PART = LIMITS.DEAR_BAN_PERCENT.value / 100
/** Of bulk that waits: nobody has seen what it takes. */
const BULK_EXPECTED_MS = LIMITS.TURN_WORK_MS.value / 2
/** Of a channel that is read again: what it did the last time may have been little. */
const EXPECTED_LEAST_MS = LIMITS.TURN_WORK_MS.value / 4
const CROWD = LIMITS.CROWD_CHANNELS.value
/** Below this share a channel is nothing to look after. */
const NEGLIGIBLE_SHARE = 0.001

/** The channels of one node. Runs no timer while nothing is throttled and no crowd presses. */
export class ResourceManager {
  readonly #clock: Clock
  readonly #meter: WorkMeter
  readonly #channels = new Map<ChannelLoad, LoadedChannel>()
  /** Those with a share worth looking at: what a tick goes through. */
  readonly #loaded = new Set<ChannelLoad>()
  readonly #throttled = new Set<ChannelLoad>()
  readonly #waitingForTurn = new Set<ChannelLoad>()
  /** Those that have brought bulk in this turn and may bring more. */
  readonly #bulkOfTurn = new Set<ChannelLoad>()
  /** Work that waits for a turn: one piece of each subscription, and of each reconciliation, at most. Of quiet channels, and of others. */
  #laterOfQuiet: (() => void)[] = []
  #later: (() => void)[] = []
  #isLaterAwaited = false
  #turn = 0
  /** Work of this turn, of all channels. */
  #spentMs = 0
  #turnBeganMs = 0
  #isTurnAwaited = false
  /** A turn is over and the next has not begun: whoever presses waits for it, also if the turn was not used up. */
  #isResting = false
  #restTimer: Timer | undefined
  /** A channel has come since the end of a turn was looked at; and how many times in a row that put it off. */
  #hasNewcomer = false
  #putOff = 0
  /** So many channels press that quiet ones and the RPC would find no gap between their turns. */
  #isCrowd = false
  #turnPartMs: number = LIMITS.TURN_WORK_MS.value
  #tickedMs: number
  #timer: Timer | undefined

  constructor(deps: ResourceManagerDeps) {
    this.#clock = deps.clock
    this.#meter = deps.meter ?? deps.clock
    this.#tickedMs = deps.clock.monotonicMs()
  }

  /** How many channels are looked after: 0 when all are closed. */
  get size(): number {
    return this.#channels.size
  }

  /** Looks after a channel until `close`. */
  track(channel: LoadedChannel): ChannelLoad {
    const load = new ChannelLoad(this.#clock.monotonicMs())
    this.#channels.set(load, channel)
    this.#hasNewcomer = true
    return load
  }

  /** The channel is gone, and so is everything kept about it. */
  close(load: ChannelLoad): void {
    load.isClosed = true
    this.#channels.delete(load)
    this.#loaded.delete(load)
    this.#waitingForTurn.delete(load)
    this.#bulkOfTurn.delete(load)
    if (this.#channels.size === 0 && this.#restTimer !== undefined) this.#endTurn()
    if (!this.#throttled.delete(load) || this.#throttled.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Work for a channel begins; give the result to `end`. */
  begin(): number {
    return this.#meter.monotonicMs()
  }

  /**
   * So many bytes of a channel are to be read: the bulk of what comes when the turn is used up is for the next, and the channel held.
   * Between two turns, as while a crowd rests, all that pressing channels bring is, but for those that take next to nothing.
   */
  beforeRead(load: ChannelLoad, bytes: number): void {
    if ((this.#spentMs < LIMITS.TURN_WORK_MS.value && !this.#isResting) || load.isDue || load.isClosed) return
    if (this.#waitingForTurn.has(load)) return
    const nowMs = this.#clock.monotonicMs()
    if (bytes < LIMITS.TURN_BULK_BYTES.value && !(this.#isResting && !load.isQuiet && isPressing(load, nowMs))) return
    load.addToTurn(this.#turn, BULK_EXPECTED_MS)
    this.#waitForTurn(load, nowMs)
  }

  /** Work for a channel has ended. @param bytes - that came for it; 0 when they came before */
  end(load: ChannelLoad, beganMs: number, bytes: number): void {
    if (load.isClosed) return
    load.isDue = false
    const workMs = Math.min(this.#meter.monotonicMs() - beganMs, LIMITS.CHUNK_WORK_MAX_MS.value)
    const nowMs = this.#clock.monotonicMs()
    load.add(workMs, bytes, nowMs)
    this.#loaded.add(load)
    if (workMs > 0) {
      this.#awaitTurn(beganMs)
      this.#spendTurn(load, { workMs, bytes, nowMs })
    }
    if (nowMs - this.#tickedMs >= TICK_MS) this.#tick(nowMs)
  }

  /**
   * Runs `work` for a channel in a later turn of the event loop: first that of quiet channels, else in the order of asking. All that
   * waits has TURN_WORK_MS of a turn, then the next one.
   * @throws what `work` throws
   */
  inTurn<R>(load: ChannelLoad, work: () => R): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const waiting = load.isQuiet ? this.#laterOfQuiet : this.#later
      waiting.push(() => {
        const beganMs = this.begin()
        try {
          resolve(work())
        } catch (error) {
          reject(error)
        }
        this.end(load, beganMs, 0)
      })
      this.#awaitLater()
    })
  }

  #awaitLater(): void {
    if (this.#isLaterAwaited) return
    this.#isLaterAwaited = true
    this.#clock.defer(this.#workLater)
  }

  readonly #workLater = (): void => {
    this.#isLaterAwaited = false
    const endMs = this.#meter.monotonicMs() + LIMITS.TURN_WORK_MS.value
    const [quiet, others] = [this.#laterOfQuiet, this.#isResting ? [] : this.#later]
    const waiting = quiet.concat(others)
    this.#laterOfQuiet = []
    if (!this.#isResting) this.#later = []
    let done = 0
    while (done < waiting.length && (done === 0 || this.#meter.monotonicMs() < endMs)) waiting[done++]!()
    if (done === waiting.length) return
    this.#laterOfQuiet = quiet.slice(done).concat(this.#laterOfQuiet)
    this.#later = others.slice(Math.max(0, done - quiet.length)).concat(this.#later)
    this.#awaitLater()
  }

  /**
   * Lets the others have a turn once a channel has used up its part of this one. Once all of it is used up, all that brought bulk wait:
   * of many channels no one may reach its part, and those that are read first would be so in each turn.
   */
  #spendTurn(load: ChannelLoad, { workMs, bytes, nowMs }: { workMs: number; bytes: number; nowMs: number }): void {
    this.#spentMs += workMs
    const isUsedUp = this.#spentMs >= LIMITS.TURN_WORK_MS.value
    const partMs = isUsedUp ? LIMITS.TURN_WORK_LEAST_MS.value : this.#turnPartMs
    const isBulk = bytes >= LIMITS.TURN_BULK_BYTES.value
    if (load.addToTurn(this.#turn, workMs) >= partMs && (isBulk || !load.isQuiet)) this.#waitForTurn(load, nowMs)
    else if (isBulk) this.#bulkOfTurn.add(load)
    if (isUsedUp) this.#bulkWaits(nowMs)
  }

  #bulkWaits(nowMs: number): void {
    for (const load of this.#bulkOfTurn) this.#waitForTurn(load, nowMs)
    this.#bulkOfTurn.clear()
  }

  #waitForTurn(load: ChannelLoad, nowMs: number): void {
    if (this.#waitingForTurn.has(load)) return
    load.pressedMs = nowMs
    this.#waitingForTurn.add(load)
    this.#channels.get(load)!.hold()
  }

  #awaitTurn(beganMs = this.#meter.monotonicMs()): void {
    if (this.#isTurnAwaited) return
    this.#isTurnAwaited = true
    this.#turnBeganMs = beganMs
    this.#clock.defer(this.#endOrRest)
  }

  /** What a turn of a crowd has caused is done in the turn of the event loop that follows, and counts as well. */
  readonly #endOrRest = (): void => {
    this.#isCrowd ||= this.#waitingForTurn.size > CROWD
    this.#isResting = this.#isCrowd
    if (this.#isResting) this.#clock.defer(this.#rest)
    else this.#endTurn()
  }

  /** A crowd leaves the thread to others for as long as it had it: there is no idle time in a turn, as its end is awaited. */
  readonly #rest = (): void => {
    const tookMs = Math.min(this.#meter.monotonicMs() - this.#turnBeganMs, LIMITS.CHUNK_WORK_MAX_MS.value)
    if (tookMs > 0 && this.#channels.size > 0) this.#restTimer = this.#clock.setTimer(Math.ceil(tookMs), this.#endTurn)
    else this.#endTurn()
  }

  /** The event loop lets in one newcomer a turn: while more come, turns are to be short. @returns whether the end of the turn is put off */
  #putOffForNewcomers(): boolean {
    if (!this.#hasNewcomer || this.#putOff >= LIMITS.NEWCOMERS_FIRST.value || this.#channels.size === 0) return false
    this.#hasNewcomer = false
    this.#putOff += 1
    this.#isResting = true
    this.#clock.defer(this.#endTurn)
    return true
  }

  /** Those that wait are read again one after the other, as many in a turn as it has time for, by what each took the last time. */
  readonly #endTurn = (): void => {
    this.#restTimer?.cancel()
    this.#restTimer = undefined
    if (this.#putOffForNewcomers()) return
    this.#hasNewcomer = false
    this.#putOff = 0
    this.#isResting = false
    this.#turn += 1
    this.#spentMs = 0
    this.#isTurnAwaited = false
    if (this.#later.length > 0) this.#awaitLater()
    if (this.#waitingForTurn.size > 0) this.#bulkWaits(this.#clock.monotonicMs())
    this.#bulkOfTurn.clear()
    let expectedMs = 0
    for (const load of this.#waitingForTurn) {
      const workMs = Math.max(load.turnMs, EXPECTED_LEAST_MS)
      if (expectedMs > 0 && expectedMs + workMs > LIMITS.TURN_WORK_MS.value) break
      expectedMs += workMs
      this.#waitingForTurn.delete(load)
      load.isDue = true
      this.#channels.get(load)!.release()
    }
    if (this.#waitingForTurn.size > 0) this.#awaitTurn()
  }

  #tick(nowMs: number): void {
    this.#tickedMs = nowMs
    let pressing = 0
    for (const load of this.#loaded) {
      load.fold(nowMs, this.#channels.get(load)!.sentBytes)
      if (isPressing(load, nowMs)) pressing += 1
      else if (load.share < NEGLIGIBLE_SHARE) this.#loaded.delete(load)
    }
    this.#isCrowd = pressing > CROWD
    const fairShare = 1 / Math.max(1, pressing)
    this.#turnPartMs = Math.max(LIMITS.TURN_WORK_LEAST_MS.value, LIMITS.TURN_WORK_MS.value * fairShare)
    const isSomeoneShort = [...this.#loaded].some(
      (load) => load.throttle === undefined && isPressing(load, nowMs) && load.share < fairShare,
    )
    for (const load of this.#loaded) {
      if (load.throttle !== undefined) this.#reconsider(load, load.throttle, { nowMs, isSomeoneShort })
      else this.#judge(load, { nowMs, fairShare, isSomeoneShort })
    }
    this.#awaitTick()
  }

  #judge(load: ChannelLoad, facts: { nowMs: number; fairShare: number; isSomeoneShort: boolean }): void {
    const { nowMs, fairShare, isSomeoneShort } = facts
    const isDear = load.share > DEAR_SHARE && load.workMsPerKib > LIMITS.DEAR_WORK_MS_PER_KIB.value
    const limit = isDear ? DEAR_SHARE : OVER_FAIR * fairShare
    const isUnfair = isSomeoneShort && isPressing(load, nowMs) && load.share > limit
    if (!isDear && !isUnfair) return
    load.throttle = { why: isDear ? 'dear' : 'unfair', sinceMs: nowMs, untilShare: limit * RESUME_PART }
    this.#throttled.add(load)
    this.#channels.get(load)!.hold()
  }

  #reconsider(load: ChannelLoad, throttle: Throttle, facts: { nowMs: number; isSomeoneShort: boolean }): void {
    const channel = this.#channels.get(load)!
    if (load.dearPart > DEAR_BAN_PART) {
      const data = { channelId: channel.info.id, workMsPerKib: Math.round(load.workMsPerKib) }
      channel.stop(new NetError('NET_WORK_EXCEEDED', data, { fault: 'peer' }))
      return
    }
    const isOver =
      load.share <= throttle.untilShare ||
      facts.nowMs - throttle.sinceMs >= LIMITS.THROTTLE_MAX_MS.value ||
      (throttle.why === 'unfair' && !facts.isSomeoneShort)
    if (!isOver) return
    load.throttle = undefined
    this.#throttled.delete(load)
    if (this.#waitingForTurn.has(load)) channel.release()
    else this.#waitingForTurn.add(load) // held already
    this.#awaitTurn()
  }

  /** A throttled channel brings no bytes that could start a tick. */
  #awaitTick(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#throttled.size > 0) this.#timer = this.#clock.setTimer(TICK_MS, () => this.#tick(this.#clock.monotonicMs()))
  }
}

/** Whether a channel had more to read, within the last half-life, than its part of a turn; or would have, if it were read. */
function isPressing(load: ChannelLoad, nowMs: number): boolean {
  return load.throttle !== undefined || nowMs - load.pressedMs <= LIMITS.LOAD_HALF_LIFE_MS.value
}
