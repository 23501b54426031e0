import { METHODS } from '@dchat/rpc/schemas'
import { expect, test } from 'vitest'
import { COMMANDS } from './command-list.ts'
import { adviceFor } from './unknown-command.ts'

const KNOWN = { commands: COMMANDS.map(({ name }) => name), methods: [...METHODS.keys()] }
const OF_BANS = 'the methods of bans are bans.list, bans.add and bans.remove'

test.each([
  ['sned', undefined, 'did you mean send?'],
  ['chat.histry', undefined, 'did you mean chat.history?'],
  ['bans', undefined, OF_BANS],
  ['ban', undefined, OF_BANS],
  ['Bans', undefined, OF_BANS],
  ['bans', '203.0.113.7', OF_BANS],
  ['bans', 'list', 'did you mean bans.list?'],
  ['ban', 'remove', 'did you mean bans.remove?'],
  ['bans.show', undefined, OF_BANS],
  ['bans.', undefined, OF_BANS],
  ['hosts', undefined, 'the methods of hosts are hosts.list'],
  ['frobnicate', 'list', '"dchat-cli methods" lists those there are; one of a newer daemon is called by "dchat-cli rpc"'],
  ['frobnicate.x', undefined, '"dchat-cli methods" lists those there are; one of a newer daemon is called by "dchat-cli rpc"'],
  ['constructor', undefined, '"dchat-cli methods" lists those there are; one of a newer daemon is called by "dchat-cli rpc"'],
  ['', undefined, '"dchat-cli methods" lists those there are; one of a newer daemon is called by "dchat-cli rpc"'],
])('%j %j: %s', (name, next, advice) => {
  expect(adviceFor(name, next, KNOWN)).toBe(advice)
})

test('every group of methods is listed by its name, all of it', () => {
  const groups = Map.groupBy(
    KNOWN.methods.filter((method) => method.includes('.')),
    (method) => method.split('.')[0]!,
  )
  expect(groups.size).toBeGreaterThan(8)
  for (const [group, members] of groups) {
    if (KNOWN.commands.includes(group)) continue
    const advice = adviceFor(group, undefined, KNOWN)
    expect(members.filter((member) => !advice.includes(member))).toEqual([])
  }
})
