/** Hosts on a manual clock, and a folder for their files. */
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, MemoryLogger, SeededRandom } from '@dchat/system'
import { makeSettings } from '../settings.ts'
import type { Settings } from '../settings.ts'
import type { Offence } from './ban-list.ts'
import { HostColor } from './host-color.ts'
import { Hosts } from './hosts.ts'

export const { Grey, White, Gold, Black, Dark } = HostColor
export const A = 'tcp://1.2.3.4:5/'
export const B = 'tcp://1.2.3.4:6/'
export const C = 'tcp://8.8.8.8:1/'
/** Who tells addresses. */
export const PEER = 'tcp://6.5.4.3:2/'

export interface World {
  hosts: Hosts<string>
  clock: ManualClock
  logger: MemoryLogger
  nowSec: number
}

export function world(settings: Partial<Settings> = {}, clock = new ManualClock()): World {
  const logger = new MemoryLogger()
  const deps = { clock, random: new SeededRandom(1), logger, isDialable: (url: string) => url.startsWith('tcp://') }
  return { hosts: new Hosts<string>(makeSettings(settings), deps), clock, logger, nowSec: clock.nowMs() / 1000 }
}

/** What a ban is made for, where it does not matter which. */
export const anOffence = (reason: string, detail = ''): Offence => ({ reason, detail })

export const folder = (): Promise<AsyncDisposable & { path: string }> => mkdtempDisposable(join(tmpdir(), 'dchat-hosts-'))
export const known = (hosts: Hosts<string>, color: HostColor): string[] =>
  hosts.container
    .entries(color)
    .map(({ url }) => url)
    .sort()
