/** The tables of the page, and what stands above each. */
import type { HostInfo, NetStatus } from '@dchat/rpc'
import { counted, formatBytes, formatSeen, formatSpan, safeText } from '../format.ts'
import { hostsByColor } from '../hosts-by-color.ts'
import { ROWS_MAX } from '../limits.ts'
import type { PageState } from '../state.ts'
import { byId, setText } from './dom.ts'
import { TableView } from './table-view.ts'

type Channel = NetStatus['channels'][number]
type Slot = NetStatus['slots'][number] & { readonly index: number }
type Traffic = NetStatus['traffic'][number]

const table = (id: string): HTMLTableElement => byId(id, HTMLTableElement)

export class TablesView {
  readonly #slots = new TableView<Slot>(table('slots'), {
    keyOf: ({ index }) => String(index),
    columns: [
      { title: 'Slot', kind: 'number', cell: ({ index }) => String(index) },
      { title: 'State', cell: ({ state }) => state },
      { title: 'For', kind: 'number', cell: ({ since }) => formatSpan(Date.now() - since) },
      { title: 'Channel', kind: 'number', cell: ({ channel }) => String(channel ?? '') },
      { title: 'Address', kind: 'long', cell: ({ url }) => safeText(url ?? '') },
      { title: 'Last failure', kind: 'long', cell: ({ error }) => safeText(error ?? '') },
    ],
  })
  readonly #channels = new TableView<Channel>(table('channels'), {
    keyOf: ({ id }) => String(id),
    columns: [
      { title: 'Id', kind: 'number', cell: ({ id }) => String(id) },
      { title: 'Session', cell: ({ session }) => session },
      { title: 'Address', kind: 'long', cell: ({ url }) => safeText(url) },
      { title: 'For', kind: 'number', cell: ({ since }) => formatSpan(Date.now() - since) },
      { title: 'Version', cell: ({ version }) => safeText(version ?? '', 24) },
      { title: 'In', kind: 'number', cell: (channel) => formatBytes(channel.received_bytes) },
      { title: 'Out', kind: 'number', cell: (channel) => formatBytes(channel.sent_bytes) },
      { title: 'Extensions', kind: 'long', cell: ({ features }) => safeText(features.join(' ')) },
    ],
  })
  readonly #traffic = new TableView<Traffic>(table('traffic'), {
    keyOf: ({ command }) => command,
    columns: [
      { title: 'Command', cell: ({ command }) => safeText(command, 40) },
      { title: 'In', kind: 'number', cell: (row) => row.received_messages.toLocaleString('en') },
      { title: 'bytes', kind: 'number', cell: (row) => formatBytes(row.received_bytes) },
      { title: 'Out', kind: 'number', cell: (row) => row.sent_messages.toLocaleString('en') },
      { title: 'bytes', kind: 'number', cell: (row) => formatBytes(row.sent_bytes) },
    ],
  })
  readonly #hosts = new TableView<HostInfo>(table('hosts'), {
    keyOf: ({ url, color }) => `${color} ${url}`,
    columns: [
      { title: 'List', cell: ({ color }) => color },
      { title: 'Last seen', kind: 'number', cell: (host) => formatSeen(host.last_seen, Date.now()) },
      { title: 'Address', kind: 'long', cell: ({ url }) => safeText(url) },
    ],
  })

  update({ status, hosts }: PageState): void {
    this.#slots.update(status?.slots.slice(0, ROWS_MAX).map((slot, index) => ({ ...slot, index })) ?? [])
    this.#channels.update(status?.channels.slice(0, ROWS_MAX) ?? [])
    this.#traffic.update(status?.traffic.slice(0, ROWS_MAX) ?? [])
    const rows = hostsByColor(hosts)
    this.#hosts.update(rows)
    say('slots', status === undefined ? '' : slotsInWords(status))
    say('channels', status === undefined ? '' : cut(counted(status.channels.length, 'channel'), status.channels.length))
    say('traffic', status === undefined ? '' : trafficInWords(status))
    const rest = rows.length < hosts.length ? '; those of each list that were seen last are listed' : ''
    say('hosts', status === undefined ? '' : `${hostsInWords(status)}${rest}`)
  }
}

function say(table: string, text: string): void {
  setText(byId(`${table}-summary`, HTMLElement), text)
}

function cut(text: string, count: number): string {
  return count > ROWS_MAX ? `${text}; the first ${ROWS_MAX} are listed` : text
}

function slotsInWords({ slots, discovery }: NetStatus): string {
  if (slots.length === 0) return 'There are no outbound slots.'
  const filled = slots.filter(({ state }) => state === 'connected').length
  const search = { off: '', wait: '', getaddr: '; asks peers for hosts', seed: '; asks seeds for hosts' }[discovery.state]
  return `${filled} of ${counted(slots.length, 'outbound slot')} filled${search}`
}

function trafficInWords({ traffic }: NetStatus): string {
  const sum = (of: (row: Traffic) => number): string => formatBytes(traffic.reduce((total, row) => total + of(row), 0))
  return `${sum((row) => row.received_bytes)} in, ${sum((row) => row.sent_bytes)} out since the start, by message`
}

function hostsInWords({ hosts }: NetStatus): string {
  return Object.entries(hosts)
    .map(([color, count]) => `${count} ${color}`)
    .join(', ')
}
