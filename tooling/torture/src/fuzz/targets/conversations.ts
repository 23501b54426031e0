/**
 * What a peer may say once versions are exchanged, to a real node that has an honest neighbour, in simulated time.
 * Wire: docs/chat.md, *Commands*, *Relay*, *History*.
 */
import { isDeepStrictEqual } from 'node:util'
import { POST_MESSAGES, initiate } from '@dchat/chat'
import { SeededSigner, Stage, UNDISTURBED, bodyFor, rawPost, recordOf, setOf, viewOf } from '@dchat/chat/testing'
import { ping, pong } from '@dchat/net'
import { addr, getaddr } from '@dchat/net/internal'
import type { MessageType } from '@dchat/net'
import { eachFrame, messageFrame } from '@dchat/net/testing'
import type { FrameRange } from '@dchat/net/testing'
import { pick } from '@dchat/system'
import type { Random } from '@dchat/system'
import { TAKEN, must } from '../fuzz-target.ts'
import type { FuzzTarget, FuzzTrial } from '../fuzz-target.ts'

/** Inputs that meet the same nodes; what is found comes with all of them. */
const INPUTS_A_STAGE = 20
/** Whether the honest ones fare well is looked at after so many. */
const LOOKED_AT_AFTER = 5
/** Longer than anything waits that a message sets off, but for the next repair. */
const AFTERWARDS_MS = 800
const GONE_MS = 50
/** When simulations begin, Unix ms. */
const START_MS = 1_795_000_000_000
const BOUNDS = { frameMaxBytes: 61_440, maxRanges: 1_024 }

function frame(command: string, value: unknown): Buffer {
  const type = POST_MESSAGES.find(({ name }) => name === command) as MessageType<unknown>
  return messageFrame(type, value)
}

/** One of each command, as an honest peer would say it or nearly. */
function sayings(): Buffer[] {
  const posts = Array.from({ length: 6 }, (_, index) =>
    rawPost({
      signer: new SeededSigner(`author ${index % 2}`),
      time: START_MS + 6_000 + index,
      body: bodyFor(200 + 300 * index, 'x'),
    }),
  )
  const ids = posts.map(({ id }) => id)
  const sync = { session: 1, room: 'dchat', since: 0, until: START_MS + 60_000 }
  const before = { time: Number.MAX_SAFE_INTEGER, id: Buffer.alloc(32, 0xff) }
  const opening = initiate(viewOf(setOf(Array.from({ length: 40 }, (_, key) => recordOf(key, 5)))), BOUNDS)
  return [
    ...posts.map(({ bytes }) => frame('post', bytes)),
    frame('have', ids),
    frame('want', ids),
    frame('want', []),
    frame('rooms', [{ room: 'dchat', newest: START_MS + 90_000, low: 0, posts: 9 }]),
    frame('rooms', [{ room: 'elsewhere', newest: Number.MAX_SAFE_INTEGER, low: Number.MAX_SAFE_INTEGER, posts: 0 }]),
    ...[0, 1, 200, 65_535].map((limit) => frame('page', { request: limit, room: 'dchat', before, limit })),
    ...[0, 1, 2, 3].map((request) => frame('pageend', { request, count: 200, more: request % 2 === 0 })),
    ...[0, 1, 2, 3].map((session) => frame('sync', { ...sync, session, frame: opening })),
    frame('sync', { ...sync, frame: Buffer.alloc(0) }),
    frame('sync', { ...sync, session: 0, since: START_MS + 90_000, frame: Buffer.of(0x61) }),
    messageFrame(ping, { nonce: 7 }),
    messageFrame(pong, { nonce: 7 }),
    messageFrame(getaddr, { max: 255, transports: ['tcp'] }),
    messageFrame(addr, { addrs: [['tcp://20.1.2.3:26661/', BigInt(START_MS / 1_000)]] }),
  ]
}

/** Another byte in the payload of one frame, so that it is a frame still. */
function changedInFrame(input: Buffer, random: Random): Buffer {
  const frames: FrameRange[] = []
  eachFrame(input, (each) => frames.push(each))
  const chosen = pick(random, frames)
  if (chosen === undefined || chosen.payloadStart === chosen.end) return input
  const changed = Buffer.from(input)
  changed[chosen.payloadStart + random.int(chosen.end - chosen.payloadStart)] = random.int(256)
  return changed
}

class Conversations implements FuzzTrial {
  readonly mutations: NonNullable<FuzzTrial['mutations']>
  #stage: Stage | undefined
  #said: Buffer[] = []

  constructor(random: Random) {
    const pool = sayings()
    const say = (): Buffer => pick(random, pool)!
    const inFrames = (input: Buffer): Buffer => changedInFrame(input, random)
    const more = (input: Buffer): Buffer => Buffer.concat([input, say()])
    this.mutations = [inFrames, inFrames, inFrames, inFrames, more, more, more, (input) => Buffer.concat([say(), input])]
  }

  async tryOut(input: Buffer): Promise<string> {
    const stage = await this.#fresh()
    this.#said.push(input)
    try {
      return await this.#say(stage, input)
    } catch (error) {
      const said = this.#said.map((each) => each.toString('hex')).join('\n')
      throw new Error(`after these, in order:\n${said}`, { cause: error })
    }
  }

  async #say(stage: Stage, input: Buffer): Promise<string> {
    const peer = await stage.peer()
    peer.raw.send(input)
    await stage.chat.advance(AFTERWARDS_MS)
    const { isClosed } = peer
    peer.raw.stream.destroy()
    await stage.chat.advance(GONE_MS)
    if (this.#said.length % LOOKED_AT_AFTER === 0) {
      const health = await stage.health()
      must(isDeepStrictEqual(health, UNDISTURBED), () => `the honest ones fare ill: ${JSON.stringify(health)}`)
    }
    const heard = [...new Set(peer.received.map(({ command }) => command))].toSorted()
    return `${isClosed ? 'closed' : TAKEN} ${heard.join(' ')}`
  }

  async #fresh(): Promise<Stage> {
    if (this.#stage !== undefined && this.#said.length < INPUTS_A_STAGE) return this.#stage
    await this.#stage?.[Symbol.asyncDispose]()
    this.#said = []
    this.#stage = await Stage.open()
    return this.#stage
  }
}

export const CONVERSATIONS: FuzzTarget = {
  name: 'conversations',
  share: 0.1,
  maxBytes: 100_000,
  seeds: sayings,
  open: (random) => new Conversations(random),
}
