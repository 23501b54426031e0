/** Daemons in spaces: at addresses as the internet gives them, where nothing is a network of this machine. */
import { DaemonNode, SeedNode } from '@dchat/e2e'
import type { NetSpace } from './net-space.ts'

/** Where each of them listens: a space has all ports to itself. */
export const PEER_PORT = 26_661

export interface SpaceDaemonOptions {
  /** Further lines of `[net]`, such as `seeds = [...]`. @default [] */
  readonly net?: readonly string[]
  /** Lines of `[net.profiles."tcp"]`: times that are shorter than by default. @default [] */
  readonly profile?: readonly string[]
  /** Variables of its environment. @default {} */
  readonly env?: NodeJS.ProcessEnv
  /** Within what it is started in its space, such as what asks a name server. @default [] */
  readonly within?: readonly string[]
  /** Where it listens and is reached besides. @default [] */
  readonly also?: readonly string[]
  /** Which of its addresses it listens at and tells others. @default 'ipv4' */
  readonly family?: 'ipv4' | 'ipv6'
}

/** Where a daemon of the space is reached, canonical. */
export function urlIn(space: NetSpace, family: 'ipv4' | 'ipv6' = 'ipv4'): string {
  return `tcp://${family === 'ipv4' ? space.ipv4 : `[${space.ipv6}]`}:${PEER_PORT}/`
}

/** A dchatd that does not run yet. */
export function daemonIn(space: NetSpace, options: SpaceDaemonOptions = {}): DaemonNode {
  const { net = [], profile = [], env = {}, within = [], also = [], family = 'ipv4' } = options
  const urls = JSON.stringify([urlIn(space, family), ...also])
  return new DaemonNode({
    listens: false,
    localnet: false,
    program: { within: [...space.within, ...within], env },
    config: {
      net: [`inbound = ${urls}`, `external_addrs = ${urls}`, ...net],
      'net.profiles."tcp"': profile,
    },
  })
}

/** A lilith that does not run yet. */
export function seedIn(space: NetSpace): SeedNode {
  return new SeedNode({ localnet: false, at: { host: space.ipv4, port: PEER_PORT }, program: { within: space.within } })
}
