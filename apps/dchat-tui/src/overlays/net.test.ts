import { describe, expect, it } from 'vitest'
import type { ActionName } from '../input/action-table.ts'
import { EMPTY_NET } from '../network/net-status.ts'
import { withNetEvents, withStatus } from '../network/reduce-net.ts'
import { toNetStatus } from '../session/net-ingress.ts'
import { reduce } from '../state/reducer.ts'
import type { ChatState } from '../state/model.ts'
import { NOON, aContext, aState } from '../testing/builders.ts'
import { aNetAnswer } from '../testing/network.ts'
import { buildScreen, overlaySize } from '../view/screen.ts'
import { overlayKey } from './index.ts'

const context = aContext()

function opened(screen: { columns: number; rows: number }): ChatState {
  const net = withStatus(EMPTY_NET, toNetStatus(aNetAnswer(NOON))!, NOON)
  return aState({ screen, net, link: { at: 'ready' }, overlay: { kind: 'net', top: 0 } })
}

function pressed(state: ChatState, ...names: ActionName[]): ChatState {
  return names.reduce((now, name) => {
    const verdict = overlayKey(now, overlaySize(now, context), { type: 'action', name })
    return (verdict?.changes ?? []).reduce((next, change) => reduce(next, change), now)
  }, state)
}

const rowsOf = (state: ChatState): string[] =>
  buildScreen(state, context).talk.map(({ spans }) => spans.map(({ text }) => text).join(''))

describe('the network view', () => {
  it.each([
    [20, 5, /^Peers: 2/u],
    [80, 24, /^Peers: 2/u],
    [200, 50, /^Connected/u],
  ])('goes from part to part and to its ends on %i columns and %i rows', (columns, rows, below) => {
    const state = opened({ columns, rows })
    const first = rowsOf(state)
    expect(first[0]).toContain('Connected')
    const next = pressed(state, 'complete')
    expect(rowsOf(next)[0]).toMatch(below)
    expect(rowsOf(pressed(next, 'complete', 'complete-back', 'complete-back'))).toEqual(first)
    expect(rowsOf(pressed(state, 'scroll-page-down', 'scroll-page-up'))).toEqual(first)
    expect(rowsOf(pressed(state, 'end', 'home'))).toEqual(first)
    expect(pressed(state, 'cancel').overlay).toBeNull()
    expect(pressed(state, 'open-network').overlay).toBeNull()
  })

  it('stays at its end while events come, and where it is elsewhere', () => {
    const state = opened({ columns: 80, rows: 24 })
    const events = [{ at: NOON, text: 'slot 1: sleeps', isTraffic: false }]
    const later = (now: ChatState): ChatState => reduce(now, { type: 'net', net: withNetEvents(now.net!, events) })
    expect(rowsOf(later(pressed(state, 'end'))).at(-1)).toContain('slot 1: sleeps')
    expect(rowsOf(later(state))).toEqual(rowsOf(state))
    expect(rowsOf(pressed(later(pressed(state, 'end')), 'scroll-up'))[0]).not.toContain('Connected')
  })

  it('says that what it shows is old while the daemon is away', () => {
    const away = { at: 'away', reason: 'gone', hint: 'start it', retryInMs: 500 } as const
    const rows = rowsOf(reduce(opened({ columns: 80, rows: 24 }), { type: 'link', link: away }))
    expect(rows[0]).toBe('! the daemon is away: what stands here is what it told last')
    expect(rows.join('\n')).toContain('Peers: 2')
  })
})
