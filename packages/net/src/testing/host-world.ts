/** Host lists of a node on their own, and addresses to fill them with. */
import { ManualClock, SeededRandom, silentLogger } from '@dchat/system'
import type { HostEntry } from '../hosts/host-container.ts'
import { Hosts } from '../hosts/hosts.ts'
import { makeSettings } from '../settings.ts'
import type { Settings } from '../settings.ts'

export interface HostWorld {
  readonly hosts: Hosts<string>
  readonly nowSec: number
}

/** Empty lists of a node that dials TCP. @param seed - of what it picks at random */
export function hostWorld(settings: Partial<Settings> = {}, seed = 1): HostWorld {
  const clock = new ManualClock()
  const deps = {
    clock,
    random: new SeededRandom(seed),
    logger: silentLogger,
    isDialable: (url: string) => url.startsWith('tcp:'),
  }
  return { hosts: new Hosts<string>(makeSettings(settings), deps), nowSec: clock.nowMs() / 1000 }
}

/** One address in each of many network groups. */
export const honestUrl = (index: number): string => `tcp://${110 + (index >> 8)}.${index & 255}.1.1:1/`

/** Addresses all over the world, up to 2^21 of them. @param port - by which they can be told from others @default 1 */
export const spreadUrl = (index: number, port = 1): string =>
  `tcp://${20 + (index >> 16)}.${index & 255}.${(index >> 8) & 255}.1:${port}/`

export function addressList(count: number, urlOf: (index: number) => string, lastSeenSec: number): HostEntry[] {
  return Array.from({ length: count }, (_, index) => ({ url: urlOf(index), lastSeenSec }))
}

/** Fills `slots` as an outbound session does. */
export function fillSlots(hosts: Hosts<string>, slots: number): string[] {
  const inUse: string[] = []
  for (let slot = 0; slot < slots; slot += 1) {
    const url = hosts.pickOutbound(slots, inUse)
    if (url === undefined) break
    inUse.push(url)
    hosts.registry.move(url, 'connect')
  }
  return inUse
}
