/** What a hostile peer is: something done to a node over connections, from addresses of its own, in a process of its own. */
import type { DaemonNode } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import type { Finding } from '../experiment.ts'
import type { Connection, ConnectOptions } from './connection.ts'

/** The limits of the node under attack that bear on how long a connection lives, in ms. */
export interface NodeLimits {
  /** From the connection to the end of the version exchange. */
  readonly handshakeMs: number
  /** From a ping of the node to the pong. */
  readonly pongMs: number
  /** From a pong to the next ping of the node. */
  readonly heartbeatMs: number
  /** From the first byte of a frame that does not get on. */
  readonly frameMs: number
  /** A peer that takes nothing is gone after it. */
  readonly stallMs: number
}

/** Where the node listens, as URLs without a path. */
export interface Target {
  readonly tcp: string
  readonly tls: string
}

/** What attackers of one kind counted, summed up by name. */
export type Tally = Readonly<Record<string, number>>

/** What one attacker has in its hands. */
export interface Ground {
  readonly target: Target
  readonly random: Random
  /** How much there is to do: connections, rounds. */
  readonly size: number
  /** Ends the attack: `connect` throws after it, and all connections are destroyed. */
  readonly signal: AbortSignal
  /** An own address, by number: hosts of one /16, 254 to a /24. */
  host(number: number): string
  /** Connects. @throws {Error} when nobody answers, or the attack is over */
  connect(options?: ConnectOptions): Promise<Connection>
  /** Counts something. */
  count(what: string, by?: number): void
  /** Waits. @throws when the attack is over */
  pause(ms: number): Promise<void>
}

export interface Attack {
  /** In kebab-case, and unique among attacks and experiments. */
  readonly name: string
  /** What an attacker does, a clause: 'says nothing after the connection'. */
  readonly does: string
  /** `size` of an attacker: alone in the short and the long form, and as one of a hundred. */
  readonly sizes: { readonly short: number; readonly long: number; readonly among: number }
  /** How long the node keeps one connection at most, in ms; null where it has no reason to end it. */
  readonly goneWithinMs: (limits: NodeLimits) => number | null
  /** Whether it is tried alone in the long form only; in the short one it is among a hundred. @default false */
  readonly isLongOnly?: true
  /** Whether it goes on until the attack is over. @default false */
  readonly isEndless?: boolean
  /**
   * Whether the node bans its hosts. 'perhaps': it goes as near to what is banned as it can, and comes over it where a machine that has
   * much to do reads in one go what was sent over a while. @default false
   */
  readonly isBanned?: boolean | 'perhaps'
  /** Inbound slots of the node, where the attack alone is of peers that it has let in. @default 8, as configured without a word */
  readonly slots?: number
  /** Gives the node what the attack asks it for, before anything is measured. */
  prepare?(node: DaemonNode): Promise<void>
  /** What a reference node does in the same place, where that is known; a clause. */
  readonly reference?: string
  /**
   * One attacker. It ends when it has done what it does, or with `ground.signal`; connections that it leaves open are held until
   * the node closes them, or the attack is over. What `connect` throws may be thrown on: it ends this attacker.
   */
  run(ground: Ground): Promise<void>
  /** Verdicts of its own, beside those that hold for every attack. */
  judge?(tally: Tally): readonly Finding[]
}
