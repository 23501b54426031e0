import { ManualClock } from '@dchat/system'
import { expect, it } from 'vitest'
import { shownView } from '../state/selectors.ts'
import { Store } from '../state/store.ts'
import { aNode, aState } from '../testing/builders.ts'
import { WarningNotice } from './warning-notice.ts'

const CLOCK = { kind: 'clock_off', text: 'The clock is 2 hours behind.', hint: 'Set it.' }

it('tells a warning once for as long as it lasts, and again when it comes back', () => {
  const store = new Store(aState({ link: { at: 'ready' } }))
  const notice = new WarningNotice({ store, clock: new ManualClock() })
  const told = (): string[] =>
    [...shownView(store.state).talk.items].flatMap((item) => (item.type === 'notice' ? [item.text] : []))
  notice.start()
  const see = (...warnings: (typeof CLOCK)[]): void => store.dispatch({ type: 'node', node: aNode({ warnings }) })
  see()
  expect(told()).toEqual([])
  see(CLOCK)
  see({ ...CLOCK, text: 'The clock is 3 hours behind.' })
  expect(told()).toEqual(['The clock is 2 hours behind. Set it.'])
  see()
  see(CLOCK)
  expect(told()).toHaveLength(2)
  notice.stop()
})
