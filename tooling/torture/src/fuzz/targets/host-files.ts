/** Files of hosts, bans and anchors as they may come back from a disk. Facts: docs/node.md, *Hosts*, File. */
import {
  BanList,
  HostContainer,
  SAVED_COLORS,
  formatBans,
  formatHostlist,
  parseAnchors,
  parseBans,
  parseHostlist,
} from '@dchat/net/internal'
import { ManualClock } from '@dchat/system'
import { TAKEN, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'

/** What a node makes of a file when it starts, and would write when it ends. */
interface Kept {
  /** Lines that were understood. */
  readonly read: number
  readonly badLines: number
  readonly written: string
}

interface LineFile {
  readonly name: string
  readonly take: (text: string) => Kept
  readonly seed: string
  readonly maxBytes: number
  /** Whether every line that is not understood is counted. */
  readonly countsAll: boolean
}

const clock = new ManualClock(1_795_445_638_000)
const GOLD_MAX = 72

const HOSTLIST: LineFile = {
  name: 'hostlist-files',
  take: (text) => {
    const { lines, badLines } = parseHostlist(text)
    const container = new HostContainer({ goldMax: GOLD_MAX }, { clock })
    for (const { color, url, lastSeenSec } of lines) container.store(color, url, lastSeenSec)
    const saved = SAVED_COLORS.flatMap((color) => container.entries(color).map((entry) => ({ color, ...entry })))
    return { read: lines.length, badLines, written: formatHostlist(saved) }
  },
  seed: 'grey\ttcp://20.0.0.1:26661/\t1795445638\ngold\ttcp+tls://[2001:db8::1]:26661/\t0\nwhite\ttor://abc.onion:80/\t18446744073709551615\n',
  maxBytes: 20_000,
  countsAll: true,
}

const BANS: LineFile = {
  name: 'ban-files',
  take: (text) => {
    const { bans, badLines } = parseBans(text)
    const list = new BanList({ clock, isExempt: () => false })
    list.load(bans)
    return { read: bans.length, badLines, written: formatBans(list.saved()) }
  },
  seed: '20.0.0.1\t1795445638\t1\tNET_MESSAGE_TOO_LARGE\n2001:db8:0:1::/64\t1795445639\t3\toperator\n20.0.0.1:80\t9\t999999\ta b\nabc.onion\t999999999999\t1\t\n',
  maxBytes: 20_000,
  countsAll: true,
}

const ANCHORS: LineFile = {
  name: 'anchor-files',
  take: (text) => {
    const { urls, badLines } = parseAnchors(text)
    return { read: urls.length, badLines, written: urls.map((url) => `${url}\n`).join('') }
  },
  seed: 'tcp://20.0.0.1:26661/\ntcp+tls://[2001:db8::1]:26661/\nunix:///run/dchat.sock\n',
  maxBytes: 4_096,
  countsAll: false,
}

const PIECES = [
  '\t',
  '\n',
  '\r',
  '\r\r\n',
  ' ',
  'gold',
  'black',
  'tcp://',
  'i2p://',
  'unix:',
  'socks5://u:p@h:1/d:2',
  '[::1]',
  '[::ffff:1.2.3.4]',
  '%41',
  '/64',
  ':80',
  '18446744073709551615',
  '9007199254740993',
  '0x7f.1',
  'ÄB',
]

function target({ name, take, seed, maxBytes, countsAll }: LineFile): FuzzTarget {
  return {
    name,
    share: 3,
    maxBytes,
    pieces: PIECES.map((text) => Buffer.from(text)),
    seeds: () =>
      [seed, seed.replaceAll('\n', '\r\n'), ...seed.split('\n').map((line) => `${line}\n`)].map((text) => Buffer.from(text)),
    open: () => ({
      tryOut: (input) => {
        const text = input.toString()
        const { read, badLines, written } = take(text)
        const lines = text.split('\n').filter((line) => line !== '' && line !== '\r').length
        must(!countsAll || read + badLines === lines, () => `${read} understood and ${badLines} bad of ${lines} lines`)
        const again = take(written)
        must(again.badLines === 0, () => `a line that was written is not understood: ${JSON.stringify(written)}`)
        must(
          sorted(again.written) === sorted(written),
          () => `what was written is read otherwise: ${JSON.stringify([written, again.written])}`,
        )
        return `${read > 0 ? TAKEN : 'nothing'} ${Math.min(read, 9)}, bad ${Math.min(badLines, 9)}`
      },
    }),
  }
}

/** The order of lines says nothing. */
function sorted(text: string): string {
  return text.split('\n').toSorted().join('\n')
}

export const HOST_FILES: readonly FuzzTarget[] = [HOSTLIST, BANS, ANCHORS].map(target)
