import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toNetStatus, toPartialStatus } from '../session/net-ingress.ts'
import { NOON } from '../testing/builders.ts'
import { aNetAnswer } from '../testing/network.ts'
import type { Row } from '../view/item-rows.ts'
import { glyphsFor } from '../view/theme.ts'
import { textWidth } from '../view/width.ts'
import { headingRows, netRows } from './net-rows.ts'
import type { NetPlace } from './net-rows.ts'
import { EMPTY_NET } from './net-status.ts'
import type { NetView } from './net-status.ts'
import { withNetEvents, withStatus } from './reduce-net.ts'

const UNICODE = glyphsFor({ TERM: 'xterm' })
const ASCII = glyphsFor({ TERM: 'linux' })

const place = (fields: Partial<NetPlace> = {}): NetPlace => ({ columns: 100, glyphs: UNICODE, now: NOON, away: null, ...fields })
const texts = (rows: readonly Row[]): string[] => rows.map(({ spans }) => spans.map(({ text }) => text).join(''))
const viewOf = (answer: object): NetView => withStatus(EMPTY_NET, toNetStatus(answer)!, NOON)
const drawn = (fields: Partial<NetPlace> = {}, answer = aNetAnswer(NOON)): string =>
  texts(netRows(viewOf(answer), place(fields))).join('\n')

describe('netRows', () => {
  it('tells peers, slots, seeds, next tries and bans in plain words', () => {
    const text = drawn()
    expect(text).toMatch(/^Connected to 2 peers: 1 inbound, 1 outbound\.\n/u)
    expect(text).toMatch(
      /inbound +tcp:\/\/203\.0\.113\.4:26660\/ +up 1 h 0 min +no posts +0\.0\.9 +in 3\.9 KiB +out 2\.0 KiB +#7\n/u,
    )
    expect(text).toMatch(/outbound +tcp:\/\/198\.51\.100\.7:26660\/ +up 1 min +posts/u)
    expect(text).toMatch(/^Peers: 2 \(1 inbound, 1 outbound\) ─/mu)
    expect(text).toContain('Outbound slots: 1 of 3 connected')
    expect(text).toMatch(
      /2 {2}connecting to tcp:\/\/192\.0\.2\.3:1\/ for 3 s\n +last error: tcp:\/\/192\.0\.2\.9:1\/ refused the connection\n/u,
    )
    expect(text).toContain('3  sleeping as there is no host to try, for 10 s')
    expect(text).toContain('discovery: waits, attempt 3; next round in 12 s')
    expect(text).toMatch(/seed +tcp:\/\/seed\.example:26660\/ +failed 20 s ago: connection refused/u)
    expect(text).toMatch(/other\.example:26660\/ +answered with 12 hosts 2 min ago/u)
    expect(text).toMatch(/third\.example:26660\/ +not asked yet/u)
    expect(text).toMatch(/manual +tcp:\/\/192\.0\.2\.1:5\/ +waiting, next try in 9 s: timed out/u)
    expect(text).toMatch(/203\.0\.113\.99 +ends in 2 h 0 min +2 offences +NET_UNKNOWN_COMMAND command=what$/mu)
    expect(text).toMatch(/5 s ago +tcp:\/\/192\.0\.2\.9:1\/ +connection refused/u)
  })

  it('tells of slots that do the same in one row', () => {
    const slots = aNetAnswer(NOON).slots
    const sleeping = slots.at(-1)!
    const text = drawn({}, { ...aNetAnswer(NOON), slots: [...slots, sleeping, { ...sleeping }, slots[0]!] })
    expect(text).toContain('3-5  sleeping as there is no host to try, for 10 s')
    expect(text).toMatch(/^ +6 {2}connected/mu)
    expect(text).toContain('Outbound slots: 2 of 6 connected')
  })

  it('says first why it is not connected, and what to do', () => {
    const problem = { kind: 'seeds_failed', text: 'All 2 seeds failed.', hint: 'Check the network, or /connect ADDRESS.' }
    const rows = texts(netRows(viewOf({ ...aNetAnswer(NOON), channels: [], problem }), place()))
    expect(rows.slice(0, 2)).toEqual(['! All 2 seeds failed.', 'Check the network, or /connect ADDRESS.'])
    expect(texts(netRows(EMPTY_NET, place()))).toEqual(['asking dchatd about the network'])
    expect(texts(netRows(EMPTY_NET, place({ away: 'dchatd is away' })))[0]).toBe('! dchatd is away')
  })

  it('sorts traffic by bytes, with bars, and rates since the view was opened', () => {
    const later = aNetAnswer(NOON)
    later.traffic = aNetAnswer(NOON).traffic.map((entry) => ({
      ...entry,
      received_messages: entry.received_messages + 20,
      received_bytes: entry.received_bytes + 10_240,
    }))
    const view = withStatus(viewOf(aNetAnswer(NOON)), toNetStatus(later)!, NOON + 10_000)
    const rows = texts(netRows(view, place())).filter((text) => /^ {2}(?:post|ping)/u.test(text))
    expect(rows[0]).toMatch(/^ {2}post {2}█{14} +in 14 KiB +out 2\.0 KiB +90 msgs +2\.0\/s {2}1\.0 KiB\/s$/u)
    expect(rows[1]).toMatch(/^ {2}ping {2}█{9}\S? +in 10 KiB/u)
    const ascii = texts(netRows(view, place({ glyphs: ASCII }))).join('\n')
    expect(ascii).toMatch(/post {2}#{14} /u)
    expect(ascii).toMatch(/^[\x20-\x7e\n]*$/u)
  })

  it('begins rates anew where the daemon was restarted', () => {
    const view = viewOf(aNetAnswer(NOON))
    const restarted = { ...aNetAnswer(NOON), traffic: [] }
    expect(withStatus(view, toNetStatus(restarted)!, NOON + 1_000).first?.at).toBe(NOON + 1_000)
    expect(withStatus(view, toNetStatus(aNetAnswer(NOON))!, NOON + 1_000).first?.at).toBe(NOON)
  })

  it('shows hosts by colour in one row of bars where there is room', () => {
    expect(drawn({ columns: 120 })).toMatch(/ {2}gold 4 ▊ {2}white 20 ████ {2}grey 80 █{16} {2}black 0 {2}dark 1 ▎/u)
    expect(drawn({ columns: 50 })).toMatch(/grey +80 +█{16} +heard of/u)
  })

  it('has two columns on wide screens', () => {
    const rows = texts(netRows(viewOf(aNetAnswer(NOON)), place({ columns: 180 })))
    expect(rows.some((text) => /^Peers: .*│ Known hosts: /u.test(text))).toBe(true)
    expect(rows.find((text) => text.startsWith('What happens'))).toMatch(/^What happens ─+$/u)
  })

  it('makes do with what an older daemon tells, and says what is missing', () => {
    const hosts = { grey: 3, white: 0, gold: 0, black: 0, dark: 0 }
    const node = { listen: ['tcp://127.0.0.1:1'], hosts } as never
    const p2p = { channels: [{ url: 'tcp://a:1', session: 'seed', id: 4 }], outbound_slots: [0, 4] } as never
    const view = withStatus(EMPTY_NET, toPartialStatus({ node, p2p, bans: [] }), NOON)
    const text = texts(netRows(view, place())).join('\n')
    expect(text).toMatch(/^! No peer is connected\.\nThis dchatd is older than RPC 1\.4\.0/u)
    expect(text).toMatch(/does not tell what its slots do[^]*Outbound slots: 1 of 2 connected[^]*1 {2}empty[^]*Known hosts: 3/u)
    expect(text).not.toContain('Traffic')
  })

  it('never is wider than the screen, and never shows what a peer hid', () => {
    const evil = fc.constantFrom('\u001b[31mred', '\u202eevil', 'a\nb', '世界'.repeat(20), 'tcp://h:1/', '\u009b2J', '👩‍👩‍👧')
    const answers = fc.record({ url: evil, reason: evil, columns: fc.integer({ min: 8, max: 220 }), isAscii: fc.boolean() })
    fc.assert(
      fc.property(answers, ({ url, reason, columns, isAscii }) => {
        const answer = aNetAnswer(NOON)
        for (const list of ['channels', 'slots', 'seeds', 'manual', 'dial_failures', 'bans'] as const) {
          for (const entry of answer[list]) Object.assign(entry, { url, reason, target: url, error: reason })
        }
        const event = { at: NOON, text: toNetStatus(answer)!.seeds[0]!.url, isTraffic: false }
        const view = withNetEvents(viewOf({ ...answer, problem: { text: url, hint: reason } }), [event])
        const rows = netRows(view, place({ columns, glyphs: isAscii ? ASCII : UNICODE }))
        for (const text of texts(rows)) {
          expect(textWidth(text)).toBeLessThanOrEqual(columns)
          // oxlint-disable-next-line no-control-regex -- what must not be there
          expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u)
        }
        expect(headingRows(rows).length).toBeGreaterThan(3)
      }),
    )
  })

  it('takes any answer', () => {
    const keys = fc.constantFrom('channels', 'slots', 'seeds', 'hosts', 'bans', 'traffic', 'problem', 'discovery')
    fc.assert(
      fc.property(fc.dictionary(keys, fc.anything()), (answer) => {
        expect(netRows(viewOf(answer), place()).length).toBeGreaterThan(0)
      }),
    )
    expect(toNetStatus(true)).toBeNull()
  })
})

describe('withNetEvents', () => {
  it('keeps the newest, and lets messages push out nothing but messages', () => {
    const at = (count: number, isTraffic: boolean) =>
      Array.from({ length: count }, (_, index) => ({ at: index, text: `e${index}`, isTraffic }))
    let view = withNetEvents(EMPTY_NET, at(50, false))
    view = withNetEvents(view, at(5_000, true))
    expect(view.events.filter(({ isTraffic }) => !isTraffic)).toHaveLength(50)
    expect(view.events).toHaveLength(150)
    expect(view.events.at(-1)?.text).toBe('e4999')
    expect(withNetEvents(view, at(5_000, false)).events).toHaveLength(200)
  })
})

describe('long reasons', () => {
  it('go on below where there are columns, and failures of one kind stand together', () => {
    const answer = aNetAnswer(NOON)
    const reason = 'the peer said that it is full and that it knows others who are not, then closed the connection'
    answer.dial_failures = [3, 2, 1].map((seconds) => ({
      url: 'tcp://192.0.2.9:1/',
      session: 'outbound',
      at: NOON - seconds * 1_000,
      reason,
    }))
    const rows = texts(netRows(viewOf(answer), place({ columns: 80 })))
    const at = rows.findIndex((text) => /^ {2}1 s ago {2}3 times {2}tcp:\/\/192\.0\.2\.9:1\/ {2}the peer said/u.test(text))
    expect(at).toBeGreaterThan(0)
    expect(`${rows[at]} ${rows[at + 1]} ${rows[at + 2]}`.replaceAll(/\s+/gu, ' ')).toContain(reason)
  })
})
