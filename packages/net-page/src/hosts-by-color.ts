/** The rows of the table of hosts: the lists one after the other, so that a long one hides no short one. Pure. */
import type { HostColorName, HostInfo } from '@dchat/rpc'
import { ROWS_MAX } from './limits.ts'

/** Those that a node dials first come first. */
const ORDER: readonly HostColorName[] = ['gold', 'white', 'grey', 'dark', 'black']

/** @param hosts those seen last first, as `hosts.list` has them; of each list as many are taken as there is room for */
export function hostsByColor(hosts: readonly HostInfo[]): HostInfo[] {
  const each = Math.floor(ROWS_MAX / ORDER.length)
  return ORDER.flatMap((color) => hosts.filter((host) => host.color === color).slice(0, each))
}
