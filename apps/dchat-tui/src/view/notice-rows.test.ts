/** What stands between the talk and the status bar, and what gives way where there is little room. */
import { describe, expect, it } from 'vitest'
import { offered } from '../input/completion.ts'
import { EMPTY_EDITOR, insertText } from '../input/editor.ts'
import type { ChatState } from '../state/model.ts'
import { aContext, aNode, aState } from '../testing/builders.ts'
import { noticeRows } from './notice-rows.ts'
import { syncLine } from './sync-line.ts'
import { glyphsFor } from './theme.ts'

const { glyphs } = aContext()
const alone = aNode({ peers: { ...aNode().peers, inbound: 0 } })
const sync = { state: 'paging', room: 'dchat', received: 1_250, expected: 5_000, peers: 3 } as const

function rows(fields: Partial<ChatState>, size: { columns: number; room: number; rows: number }): string[] {
  const state = aState({ link: { at: 'ready' }, node: aNode(), screen: { columns: size.columns, rows: size.rows }, ...fields })
  return noticeRows(state, { ...size, glyphs }).map(({ text }) => text)
}

/** A command that is typed, with what is offered. */
function typed(text: string): Partial<ChatState> {
  const editor = insertText(EMPTY_EDITOR, text)
  return { editor, completion: offered(editor, { nicks: [], people: [], rooms: [] }) }
}

describe('the card of the first run', () => {
  const wide = { columns: 140, room: 20, rows: 24 }

  it('says in three lines how to meet others, where one listens, and how to leave', () => {
    expect(rows({ isFirstRun: true }, wide)).toEqual([
      expect.stringMatching(/^── Welcome to dchat\. Esc closes this ─+$/u),
      expect.stringContaining('/connect ADDRESS'),
      expect.stringContaining('You listen at tcp://127.0.0.1:26661'),
      expect.stringContaining('Leave with /quit'),
    ])
    expect(rows({ isFirstRun: true }, wide)[2]).toContain('only programs of this machine reach that')
    expect(rows({ isFirstRun: true, node: aNode({ external_addrs: ['tcp://1.2.3.4:5'] }) }, wide)[2]).toBe(
      'You listen at tcp://1.2.3.4:5: give others that address',
    )
    expect(rows({ isFirstRun: true, node: aNode({ listen: ['tcp+tls://[::]:5/'] }) }, wide)[2]).toContain(
      'the name of this machine',
    )
    expect(rows({ isFirstRun: true, node: aNode({ listen: [] }) }, wide)[2]).toContain('You listen nowhere')
    expect(rows({ isFirstRun: false }, wide)).toEqual([])
  })

  it('is a line where there is no room for it, and nothing where even that is taken', () => {
    expect(rows({ isFirstRun: true }, { columns: 20, room: 2, rows: 5 })).toEqual(['? for help, Esc clo…'])
    expect(rows({ isFirstRun: true, node: alone }, { columns: 20, room: 1, rows: 5 })).toEqual(['Nobody is connected'])
  })
})

describe('hints', () => {
  it('come before the row of the sync, which comes before the card', () => {
    const size = { columns: 60, room: 2, rows: 8 }
    expect(rows({ isFirstRun: true, sync, node: alone }, size)).toEqual([
      expect.stringContaining('1,250 of 5,000'),
      expect.stringContaining('Nobody is connected'),
    ])
    expect(rows({ sync, hint: { level: 'error', text: 'no' } }, { ...size, room: 1 })).toEqual(['no'])
  })

  it('tell that nobody is connected apart from that the daemon is away', () => {
    const away = { at: 'away', reason: 'no daemon is running', hint: 'start it', retryInMs: 900 } as const
    const size = { columns: 200, room: 5, rows: 24 }
    expect(rows({ node: alone }, size)[0]).toContain('Nobody is connected: lines wait here')
    expect(rows({ node: alone, link: away }, size)[0]).toContain('The daemon is away')
    expect(rows({ node: alone, ...typed('/cr') }, size)).toEqual([
      expect.stringMatching(/^> \/create NAME +make a private room$/u),
    ])
    expect(rows({ node: alone, overlay: { kind: 'hold' } }, size)).toEqual([
      'Nobody is connected: [Enter] hold it until somebody is [Esc] keep it in the input',
    ])
    expect(rows({ node: alone, overlay: { kind: 'hold' } }, { columns: 20, room: 2, rows: 5 }).join('')).toContain('Enter=hold')
  })
})

describe('the row of the sync', () => {
  const line = (fields: object, columns: number, used = glyphs): string =>
    syncLine({ ...sync, ...fields }, { columns, glyphs: used, rooms: [] })

  it('has a bar that fills, and words that give way', () => {
    expect(line({}, 100)).toBe('[█████░░░░░░░░░░░░░░░] fetching: history of dchat, 1,250 of 5,000 lines, done with 3 peers')
    expect(line({}, 62)).toBe('[█████░░░░░░░░░░░░░░░] history of dchat: 1,250 of 5,000 lines')
    expect(line({}, 40)).toBe('[█████░░░░░░░░░░░░░░░] 1,250 of 5,000')
    expect(line({}, 21)).toBe('[█░░░] 1,250 of 5,000')
    expect(line({}, 18)).toBe('1,250 of 5,000')
    expect(line({}, 100, glyphsFor({ TERM: 'linux' }))).toContain('[#####---------------] ')
    expect(line({ received: 9_000 }, 62)).toContain('[████████████████████]')
  })

  it('moves while nobody knows how much there is, without a timer', () => {
    expect(line({ expected: null, received: 0, state: 'reconciling', room: null }, 100)).toBe(
      '[████░░░░░░░░░░░░░░░░] looking for missing lines: history, 0 lines, done with 3 peers',
    )
    expect(line({ expected: null, received: 60 }, 50)).toContain('░░████░░')
  })
})
