import { expect, test } from 'vitest'
import { helpOf, helpOverview } from './help-text.ts'
import { METHODS } from './method-table.ts'

test('the overview has a line for each method, with its parameters', () => {
  const text = helpOverview([METHODS.get('ping')!, METHODS.get('chat.send')!])
  expect(text.split('\n')).toEqual([
    'ping                                                 Answers `"pong"`.',
    'chat.send text [room] [kind] [to] [hold] [in_clear]  Signs a line, stores it durably, then sends it; gives it as stored.',
    '',
    'help {method} tells all about one of them.',
    '',
  ])
})

test('the help of a method says what it takes and gives, and how it fails', () => {
  expect(helpOf(METHODS.get('bans.remove')!)).toBe(`bans.remove target

Ends a ban and forgets its count.

Also the count of one that has ended, for as long as it is remembered.

Parameters, by name or in this order:
  target  What is banned, as \`bans.list\` or the one who banned it wrote it. A string of 1 to 1,024 characters, such as "203.0.113.7".

Result: true. Once it is done.

Access: write. Since version 1.1.0 of the RPC.

Errors, beside those of any call:
  -32004  not_found

Example:
  {"jsonrpc":"2.0","id":1,"method":"bans.remove","params":{"target":"203.0.113.7"}}
`)
})

test('defaults, words to choose from and the fields of a result are told', () => {
  const text = helpOf(METHODS.get('chat.export')!)
  expect(text).toContain('A whole number from 1 to 1,000. Default: 1000.')
  expect(text).toContain('"jsonl", "txt" or "md". Default: "jsonl".')
  expect(text).toContain('Result: {text, more, last_seq, next}\n  text      The lines of this page')
  const bans = helpOf(METHODS.get('bans.list')!)
  expect(bans).toContain(
    'Result: a list of {target, until, count, reason, detail}. One for each target.\n  target  What is banned',
  )
  expect(bans).toContain('\n  until   Unix seconds at which it ends.\n')
  expect(helpOf(METHODS.get('recv')!)).toMatch(/^Result: a list\. [^\n]*$/m)
  expect(helpOf(METHODS.get('ping')!)).toContain('Takes no parameters.')
})

test('a deprecated method says so first', () => {
  expect(helpOf({ ...METHODS.get('ping')!, deprecated: 'call help' })).toContain('Answers `"pong"`.\nDeprecated: call help')
})
