/** Source: docs/limits.md, SHORT_LIVED_MS and the rows after it. */
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { HOST_LIMITS } from './host-limits.ts'
import { HostRests } from './host-rests.ts'

const SHORT_LIVED_MS = HOST_LIMITS.SHORT_LIVED_MS.value
const FIRST_MS = HOST_LIMITS.REST_FIRST_MS.value
const LONGEST_MS = HOST_LIMITS.REST_LONGEST_MS.value
const URL = 'tcp://30.0.0.1:1/'

test('each short life in a row doubles the rest, up to the longest', async () => {
  const clock = new ManualClock()
  const rests = new HostRests({ clock })
  for (let ms = FIRST_MS; ms < 4 * LONGEST_MS; ms *= 2) {
    rests.note(URL, SHORT_LIVED_MS - 1)
    const restMs = Math.min(ms, LONGEST_MS)
    expect([rests.isResting(URL), rests.nextMs]).toEqual([true, restMs])
    await clock.advance(restMs - 1)
    expect([rests.isResting(URL), rests.nextMs]).toEqual([true, 1])
    await clock.advance(1)
    expect([rests.isResting(URL), rests.nextMs]).toEqual([false, undefined])
  }
})

test('a long life makes up for the short ones before', () => {
  const rests = new HostRests({ clock: new ManualClock() })
  rests.note(URL, 0)
  rests.note(URL, 0)
  rests.note(URL, SHORT_LIVED_MS)
  expect(rests.isResting(URL)).toBe(false)
  rests.note(URL, 0)
  expect(rests.nextMs).toBe(FIRST_MS)
})

test('of too many the one noted longest ago is forgotten', () => {
  const rests = new HostRests({ clock: new ManualClock() })
  for (let host = 0; host <= HOST_LIMITS.RESTS_MAX.value; host += 1) rests.note(`tcp://30.0.0.1:${host}/`, 0)
  expect([rests.isResting('tcp://30.0.0.1:0/'), rests.isResting(URL)]).toEqual([false, true])
})
