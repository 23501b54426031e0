import { ManualClock } from '@dchat/system'
import { describe, expect, it } from 'vitest'
import { FRAME_MS, MAX_PACED_NEWS } from '../limits.ts'
import type { SessionAction } from '../state/model.ts'
import { aMessage, someMessages } from '../testing/builders.ts'
import { NewsPacer } from './news-pacer.ts'

function setUp() {
  const clock = new ManualClock()
  const applied: string[] = []
  const words = (action: SessionAction): string =>
    action.type === 'live' ? `live ${action.messages.map(({ seq }) => seq).join()}` : action.type
  const pacer = new NewsPacer({ clock, apply: (actions) => applied.push(actions.map((action) => words(action)).join('; ')) })
  return { clock, applied, pacer, live: (seq: number) => pacer.dispatch({ type: 'live', messages: [aMessage(seq)] }) }
}

describe('NewsPacer', () => {
  it('tells the first line at once, and what follows within a frame together, in order', async () => {
    const { clock, applied, pacer, live } = setUp()
    live(1)
    expect(applied).toEqual(['live 1'])
    live(2)
    live(3)
    pacer.dispatch({ type: 'retracted', seq: 2 })
    live(4)
    expect(applied).toHaveLength(1)
    await clock.advance(FRAME_MS)
    expect(applied.slice(1)).toEqual(['live 2,3; retracted; live 4'])
  })

  it('changes the state 30 times a second at most, and does nothing when nothing comes', async () => {
    const { clock, applied, live } = setUp()
    for (let ms = 1; ms <= 1_000; ms += 1) {
      live(ms)
      await clock.advance(1)
    }
    expect(applied.length).toBeLessThanOrEqual(30)
    await clock.advance(FRAME_MS)
    expect(applied.flatMap((text) => text.slice('live '.length).split(',')).length).toBe(1_000)
    await clock.advance(FRAME_MS)
    expect(clock.pendingTimers).toBe(0)
    live(1_001)
    expect(applied.at(-1)).toBe('live 1001')
  })

  it('tells anything else at once, after what came before it', () => {
    const { applied, pacer, live } = setUp()
    live(1)
    live(2)
    pacer.dispatch({ type: 'loading', room: 'dchat', direction: null })
    expect(applied).toEqual(['live 1', 'live 2; loading'])
  })

  it('holds no more than its bound', () => {
    const { applied, pacer, live } = setUp()
    live(0)
    pacer.dispatch({ type: 'live', messages: someMessages(1, MAX_PACED_NEWS - 1) })
    expect(applied).toHaveLength(1)
    live(MAX_PACED_NEWS)
    expect(applied).toHaveLength(2)
  })

  it('leaves nothing behind when it stops', () => {
    const { clock, applied, pacer, live } = setUp()
    live(1)
    live(2)
    pacer.stop()
    pacer.stop()
    expect(applied).toEqual(['live 1', 'live 2'])
    expect(clock.pendingTimers).toBe(0)
  })
})
