/** People who talk: in rooms, in a private room and to each other, and clients that come to read and go again. */
import { connectSocket } from '@dchat/e2e'
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import type { MethodParams } from '@dchat/rpc'
import type { Random } from '@dchat/system'
import { ROOMS, isMember } from './crowd.ts'
import type { Crowd } from './crowd.ts'
import type { CrowdNode } from './crowd-node.ts'
import type { Audience, PostLedger } from './post-ledger.ts'
import { waited } from './waited.ts'

export interface TalkOptions {
  readonly linesPerSec: number
  readonly visitsPerSec: number
  readonly ledger: PostLedger
  readonly random: Random
}

/** Of the lines, one in so many is a direct message, and one in so many goes to the private room. */
const DIRECT_ONE_OF = 20
const PRIVATE_ONE_OF = 5
const LONGEST_WORDS = 600
/** A daemon that is there answers within it, on the busiest machine. */
const ANSWER_MS = 120_000

interface Target {
  readonly to: Omit<MethodParams<'chat.send'>, 'text'>
  readonly audience: Audience
}

export class Talk {
  /** Lines that no daemon has promised to keep, because it left. */
  unanswered = 0
  visits = 0
  readonly #crowd: Crowd
  readonly #options: TalkOptions
  readonly #keys = new Map<CrowdNode, string>()

  constructor(crowd: Crowd, options: TalkOptions) {
    this.#crowd = crowd
    this.#options = options
  }

  /** Until `signal`; resolves when all that was said was answered, or never will be. */
  async run(signal: AbortSignal): Promise<void> {
    for (const each of this.#crowd.nodes) this.#keys.set(each, (await each.node.client.call('identity.get', [])).key)
    const { linesPerSec, visitsPerSec } = this.#options
    await Promise.all([
      this.#often(linesPerSec, signal, (node) => this.#say(node)),
      this.#often(visitsPerSec, signal, (node) => this.#visit(node)),
    ])
  }

  /** At a rate, without waiting for one another: a slow daemon does not make the others quiet. */
  async #often(perSec: number, signal: AbortSignal, act: (node: CrowdNode) => Promise<void>): Promise<void> {
    const acts = new Set<Promise<void>>()
    const failures: unknown[] = []
    const { random } = this.#options
    while (!signal.aborted && failures.length === 0) {
      await waited(random.int(2_000) / perSec, signal)
      const { present } = this.#crowd
      const acting = act(present[random.int(present.length)]!)
        .catch((error: unknown) => failures.push(error))
        .then(() => void acts.delete(acting))
      acts.add(acting)
    }
    await Promise.all(acts)
    if (failures.length > 0) throw failures[0]
  }

  async #say(node: CrowdNode): Promise<void> {
    const { ledger, random } = this.#options
    const { to, audience } = this.#target(node)
    const { number, text } = ledger.saying('x'.repeat(1 + random.int(LONGEST_WORDS)), audience)
    try {
      await node.node.client.call('chat.send', { ...to, text }, { timeoutMs: ANSWER_MS })
      ledger.promise(number)
    } catch (error) {
      if (!hasLeft(node, error)) throw error
      this.unanswered += 1
    }
  }

  #target(node: CrowdNode): Target {
    const { random } = this.#options
    const all = this.#crowd.nodes
    const other = all[random.int(all.length)]!
    if (other !== node && random.int(DIRECT_ONE_OF) === 0)
      return { to: { to: this.#keys.get(other)!, hold: true }, audience: new Set([node.number, other.number]) }
    if (isMember(node) && random.int(PRIVATE_ONE_OF) === 0)
      return { to: { room: this.#crowd.privateRoom }, audience: numbersOf(all.filter(isMember)) }
    return { to: { room: ROOMS[random.int(ROOMS.length)]! }, audience: numbersOf(all) }
  }

  /** As a client does that is opened and closed again. */
  async #visit(node: CrowdNode): Promise<void> {
    const client = await connectSocket(node.node.home.paths.socketPath)
    if (client === undefined) return // it left
    try {
      await client.call('chat.subscribe', { since: node.held.lastSeq }, { timeoutMs: ANSWER_MS })
      await client.call('chat.rooms', {}, { timeoutMs: ANSWER_MS })
      await client.call('chat.history', { limit: 50 }, { timeoutMs: ANSWER_MS })
      this.visits += 1
    } catch (error) {
      if (!hasLeft(node, error)) throw error
    } finally {
      await client.close()
    }
  }
}

function numbersOf(nodes: readonly CrowdNode[]): Audience {
  return new Set(nodes.map(({ number }) => number))
}

/** Whether a call failed because the node leaves; one that is there has to answer, and to take what it is told. */
function hasLeft(node: CrowdNode, error: unknown): boolean {
  return !node.isUp && (error instanceof RpcError || (error instanceof RpcUnreachable && error.code !== 'RPC_TIMEOUT'))
}
