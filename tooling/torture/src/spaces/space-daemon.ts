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
  /** Which of its addresses it listens at and tells others. @default 'ipv4' */
  readonly family?: 'ipv4' | 'ipv6'
}

/** Where a daemon of the space is reached, canonical. */
export function urlIn(space: NetSpace, family: 'ipv4' | 'ipv6' = 'ipv4'): string {
  return `tcp://${family === 'ipv4' ? space.ipv4 : `[${space.ipv6}]`}:${PEER_PORT}/`
}

/** A dchatd that does not run yet. */
export function daemonIn(space: NetSpace, options: SpaceDaemonOptions = {}): DaemonNode {
  const { net = [], profile = [], env = {}, family = 'ipv4' } = options
  const url = urlIn(space, family)
  return new DaemonNode({
    listens: false,
    localnet: false,
    program: { within: space.within, env },
    config: {
      net: [`inbound = ["${url}"]`, `external_addrs = ["${url}"]`, ...net],
      'net.profiles."tcp"': profile,
    },
  })
}

/** A lilith that does not run yet. */
export function seedIn(space: NetSpace): SeedNode {
  return new SeedNode({ localnet: false, at: { host: space.ipv4, port: PEER_PORT }, program: { within: space.within } })
}
