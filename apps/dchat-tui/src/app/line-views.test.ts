import { describe, expect, it } from 'vitest'
import { shownView } from '../state/selectors.ts'
import { DrivenScreen } from '../testing/driven-screen.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'

const WIDE = { columns: 80, rows: 12 }

/** A daemon with `count` lines, every hundredth of which says so. */
function talkative(count: number): FakeDaemon {
  const daemon = new FakeDaemon()
  for (let number = 1; number <= count; number += 1) {
    daemon.receive({ text: number % 100 === 0 ? `Hundred ${number}` : `line ${number}`, own: number % 10 === 0 })
  }
  return daemon
}

const pointedAt = (screen: DrivenScreen): string | undefined => screen.rows.find((row) => row.includes('❯'))?.split('❯ ')[1]
const isPicked =
  (text: string) =>
  ({ overlay }: DrivenScreen['state']): boolean =>
    overlay?.kind === 'select' && overlay.message.text === text

describe('picking out a line', () => {
  it('marks it by more than colour, scrolls with it, and fetches older lines', async () => {
    await using daemon = talkative(450)
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.press('select-up')
    expect(pointedAt(screen)).toMatch(/^line 449|^line 450/u)
    screen.press('select-up', 'select-up', 'select-down')
    expect(pointedAt(screen)).toBe('line 449')
    for (let count = 0; count < 198; count += 1) screen.press('select-up')
    expect(pointedAt(screen)).toBe('line 251')
    screen.press('select-up')
    await screen.where(isPicked('line 250'))
    expect(pointedAt(screen)).toBe('line 250 ✓3')
    screen.press('cancel')
    expect(screen.overlay).toBeNull()
  })

  it('shows all about it, quotes it, copies it where that is allowed, and asks before it is taken back', async () => {
    await using daemon = talkative(3)
    const mine = daemon.receive({ own: true, text: 'mine\nof two' })
    mine.id = 'ab'.repeat(32)
    daemon.remembersDelivery = false
    await using screen = await new DrivenScreen(daemon).start({ columns: 80, rows: 30 })
    screen.press('select-up', 'submit')
    expect(screen.rows.join('\n')).toMatch(/^from {7}alice \(you\)$/mu)
    expect(screen.rows.join('\n')).toMatch(/^received {3}2026-03-02T\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/mu)
    expect(screen.rows.join('\n')).toMatch(/^delivery {3}written to 3 peers$/mu)
    expect(screen.rows).toContain('of two')
    await screen.where(({ overlay }) => overlay?.kind === 'detail' && overlay.delivery !== null)
    expect(screen.rows.join('\n')).toMatch(/^ {11}written \d\d:\d\d {2}tcp:\/\/127\.0\.0\.1:40001, channel 7$/mu)
    expect(screen.rows.join('\n')).toMatch(/^ {11}there may be more peers/mu)
    screen.press('cancel')
    expect(screen.overlay?.kind).toBe('select')

    screen.type('c')
    expect(screen.rows.at(-2)).toContain('/set clipboard true')
    screen.store.dispatch({ type: 'settings', settings: { ...screen.state.settings, clipboard: true } })
    screen.type('c')
    expect(screen.signals).toEqual([`\u001b]52;c;${Buffer.from('mine\nof two').toString('base64')}\u0007`])

    screen.type('d')
    expect(screen.overlay).toMatchObject({ kind: 'ask', question: expect.stringContaining('mine␊of two') })
    screen.type('n')
    screen.press('select-up')
    screen.type('r')
    expect(screen.state.editor.text).toBe('> <alice> mine\n> of two\n')
    expect(screen.overlay).toBeNull()
  })

  it('gives up a line of one’s own, and no other', async () => {
    await using daemon = talkative(3)
    const held = daemon.receive({ own: true, text: 'held', delivery: { state: 'stored', written: 0, held: 0 } })
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.press('select-up')
    screen.type('x')
    await screen.where(({ hint }) => hint !== null)
    expect(daemon.calls.at(-1)).toMatchObject({ method: 'chat.cancel', params: { seq: held.seq } })
    screen.press('select-up', 'select-up')
    screen.type('x')
    expect(screen.state.hint?.text).toContain('only lines of yours')
    expect(daemon.calls.filter(({ method }) => method === 'chat.cancel')).toHaveLength(1)
  })
})

describe('looking for words', () => {
  it('finds in memory, then what is older, and both ways; Esc goes back', async () => {
    await using daemon = talkative(750)
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.press('scroll-page-up')
    const [before] = screen.rows
    screen.press('find')
    screen.type('hun')
    expect(pointedAt(screen)).toBe('Hundred 700 ✓3')
    expect(screen.matches).toEqual(['Hun'])
    screen.press('history-search')
    expect(pointedAt(screen)).toBe('Hundred 600 ✓3')
    screen.press('input-up')
    await screen.where(({ overlay }) => overlay?.kind === 'find' && overlay.found?.text === 'Hundred 500')
    expect(pointedAt(screen)).toBe('Hundred 500 ✓3')
    expect(shownView(screen.state).talk).toMatchObject({ hasOlder: true, hasNewer: true })
    screen.press('find')
    await screen.where(({ overlay }) => overlay?.kind === 'find' && overlay.found?.text === 'Hundred 600')
    screen.type(' 999')
    await screen.where(({ overlay }) => overlay?.kind === 'find' && overlay.outcome === 'none')
    expect(screen.rows.join('\n')).toContain('find in dchat: hun 999 (nothing more)')
    screen.press('cancel')
    await screen.where(() => screen.rows[0] === before)
    expect(screen.overlay).toBeNull()
  })

  it('goes through all rooms after Tab, and stays there with Enter', async () => {
    await using daemon = talkative(5)
    daemon.receive({ room: 'cats', text: 'whiskers' })
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.press('find')
    screen.type('WHISK')
    await screen.where(({ overlay }) => overlay?.kind === 'find' && overlay.outcome === 'none')
    screen.press('complete')
    await screen.where(({ room, overlay }) => room === 'cats' && overlay?.kind === 'find' && overlay.found !== null)
    screen.press('submit')
    expect([screen.state.room, screen.overlay]).toEqual(['cats', null])
  })

  it('says why it could not', async () => {
    await using daemon = talkative(300)
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    daemon.rpcVersion = '1.0.0'
    screen.press('find')
    screen.type('xyzzy')
    await screen.where(({ overlay }) => overlay?.kind === 'find' && overlay.reason !== null)
    expect(screen.rows.join('\n')).toMatch(/find in dchat: xyzzy \(\S/u)
  })
})

describe('/search', () => {
  it('lists what holds the words, and shows a line where it was said', async () => {
    await using daemon = new FakeDaemon()
    daemon.receive({ room: 'cats', text: 'the first needle' })
    for (let number = 2; number <= 900; number += 1)
      daemon.receive({ text: number % 5 === 0 ? `needle ${number}` : 'hay', room: number % 2 === 0 ? 'cats' : 'dchat' })
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.enter('/lastlog -all needle')
    await screen.where(({ overlay }) => overlay?.kind === 'results' && !overlay.isAsking)
    expect(screen.rows[0]).toBe('100+ lines with "needle" in all rooms')
    expect(pointedAt(screen)).toMatch(/^needle 900/u)
    screen.press('scroll-top')
    await screen.where(({ overlay }) => overlay?.kind === 'results' && overlay.messages.length === 181)
    screen.press('scroll-top')
    expect(pointedAt(screen)).toMatch(/^the first needle/u)
    screen.press('submit')
    await screen.where(isPicked('the first needle'))
    expect(screen.state.room).toBe('cats')
    expect(pointedAt(screen)).toBe('the first needle')
    screen.press('cancel')
    expect(screen.rows[0]).toContain('181 lines with "needle"')
    screen.press('cancel')
    await screen.where(({ room, overlay }) => room === 'dchat' && overlay === null)
    expect(screen.rows.join('\n')).toContain('hay')
  })

  it('lists the shown room, and all after Tab; a room that was left is named', async () => {
    await using daemon = talkative(3)
    daemon.receive({ room: 'left', text: 'line in a room that was left' })
    daemon.setRoom('left', { joined: false })
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.enter('/search LINE')
    await screen.where(({ overlay }) => overlay?.kind === 'results' && !overlay.isAsking)
    expect(screen.rows[0]).toBe('3 lines with "LINE" in dchat')
    screen.press('complete')
    await screen.where(({ overlay }) => overlay?.kind === 'results' && overlay.room === null && !overlay.isAsking)
    screen.press('submit')
    await screen.where(({ hint }) => hint !== null)
    expect(screen.state.hint?.text).toContain('/join left')
  })

  it('pages on in order of storing with a daemon that knows no other way', async () => {
    await using daemon = talkative(900)
    daemon.rpcVersion = '1.3.0'
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.enter('/search hundred 300')
    await screen.where(({ overlay }) => overlay?.kind === 'results' && !overlay.isAsking)
    screen.press('submit')
    await screen.where(isPicked('Hundred 300'))
    expect(screen.rows.some((row) => row.includes('line 299'))).toBe(true)
    screen.press('select-down')
    await screen.where(isPicked('line 301'))
    screen.type('q')
    screen.press('scroll-bottom')
    await screen.where((state) => !shownView(state).talk.hasNewer)
    expect(screen.rows.some((row) => row.includes('Hundred 900'))).toBe(true)
  })
})

describe('/forget', () => {
  it('takes the lines from the screen once the daemon has destroyed them', async () => {
    await using daemon = talkative(20)
    daemon.receive({ room: 'cats', text: 'meow' })
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.enter('/forget')
    screen.type('n')
    expect(daemon.calls.some(({ method }) => method === 'chat.forget')).toBe(false)
    screen.enter('/forget')
    screen.type('y')
    await screen.where(() => screen.rows.some((row) => row.includes('20 lines of dchat destroyed')))
    expect(screen.rows.join('\n')).not.toContain('line 19')
    daemon.receive({ text: 'a new beginning' })
    await screen.where(() => screen.rows.some((row) => row.includes('a new beginning')))
    expect(daemon.messages.map(({ text }) => text)).toEqual(['meow', 'a new beginning'])
  })
})

describe('the topic', () => {
  it('stands above the talk where there is room for it', async () => {
    await using daemon = talkative(100)
    await using screen = await new DrivenScreen(daemon).start({ columns: 40, rows: 14 })
    screen.enter(`/topic all about ${'cats '.repeat(20)}`)
    await screen.where(({ rooms }) => rooms[0]!.topic !== null)
    expect(screen.rows[0]).toMatch(/^Topic: all about cats cats .*…$/u)
    expect(screen.rows).toHaveLength(12)
    screen.store.dispatch({ type: 'resized', screen: { columns: 40, rows: 10 } })
    expect(screen.rows[0]).not.toContain('Topic')
    screen.store.dispatch({ type: 'resized', screen: { columns: 40, rows: 14 } })
    screen.enter('/topic -delete')
    await screen.where(({ rooms }) => rooms[0]!.topic === null)
    expect(screen.rows[0]).not.toContain('Topic')
  })
})

describe('the talk as plain text', () => {
  it('has no columns and no marks, scrolls, and is left with Esc', async () => {
    await using daemon = talkative(300)
    await using screen = await new DrivenScreen(daemon).start(WIDE)
    screen.press('bare-view')
    expect(screen.rows.slice(0, -1).join('\n')).not.toMatch(/[│✓]/u)
    expect(screen.rows.at(-2)).toBe('<alice> Hundred 300')
    screen.press('scroll-page-up')
    expect(screen.rows.at(-2)).not.toBe('<alice> Hundred 300')
    screen.type('x')
    expect(screen.state.editor.text).toBe('')
    screen.press('cancel')
    expect(screen.overlay).toBeNull()
  })
})
