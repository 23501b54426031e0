import { ManualClock, MemoryLogger } from '@dchat/system'
import { openStore } from '@dchat/store'
import { expect, test } from 'vitest'
import { Highlights } from './highlights.ts'

const inMemory = () => openStore({ path: ':memory:', clock: new ManualClock(), logger: new MemoryLogger() })

test('words are kept in the case they come in first, without white space, once each, for the next start', async () => {
  await using store = inMemory()
  const highlights = new Highlights(store)
  expect(highlights.words).toEqual([])
  expect(highlights.set([' Release', 'cat food', 'RELEASE '])).toEqual({ kept: ['Release', 'cat food'] })
  expect(new Highlights(store).words).toEqual(['Release', 'cat food'])
  expect(highlights.set([])).toEqual({ kept: [] })
  expect(new Highlights(store).words).toEqual([])
})

test('a word that is too short without its white space changes nothing', async () => {
  await using store = inMemory()
  const highlights = new Highlights(store)
  highlights.set(['release'])
  expect(highlights.set(['cats', ' x '])).toEqual({ tooShort: ' x ' })
  expect(highlights.words).toEqual(['release'])
})

test.each([
  ['the Release is out', true],
  ['prerelease', false],
  ['CAT FOOD!', true],
  ['cat  food', false],
  ['ann: hello', true],
  ['anna', false],
])('%s', async (text, expected) => {
  await using store = inMemory()
  const highlights = new Highlights(store)
  highlights.set(['release', 'cat food'])
  expect(highlights.areIn(text, 'Ann')).toBe(expected)
})

test('without a nick the words count, and without words the nick', async () => {
  await using store = inMemory()
  const highlights = new Highlights(store)
  expect([highlights.areIn('null ann', null), highlights.areIn('ann', 'ann')]).toEqual([false, true])
  highlights.set(['bob'])
  expect([highlights.areIn('ann', null), highlights.areIn('bob', null)]).toEqual([false, true])
})
