import { expect, test } from 'vitest'
import { errorText } from './error-text.ts'

test.each([
  [{ channelId: 7, reason: null }, 'it went wrong (CODE channelId=7 reason=null)'],
  [{}, 'it went wrong (CODE )'],
])('an error says its code and its fields: %j', (data, text) => {
  expect(errorText('it went wrong', 'CODE', data)).toBe(text)
})
