import { METHODS } from '@dchat/rpc/schemas'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { OWNER, TokenRights } from './rights.ts'

const rights = (methods: string[]): TokenRights =>
  new TokenRights({ name: 'bot', sha256: '0'.repeat(64), methods }, { clock: new ManualClock(), rateLimit: 100 })
const allowed = (methods: string[]): string[] =>
  [...METHODS.values()].filter((spec) => rights(methods).allows(spec)).map(({ name }) => name)

test('a name stands for itself, a prefix for what follows its dot, a star for all, nothing for nothing', () => {
  expect(allowed(['chat.send', 'no.such'])).toEqual(['chat.send'])
  expect(allowed(['dnet.*'])).toEqual(['dnet.switch', 'dnet.subscribe_events'])
  expect(allowed(['chat.se*', 'dnet', 'Ping'])).toEqual([])
  expect(allowed(['*'])).toEqual([...METHODS.keys()])
  expect(allowed([])).toEqual([])
})

test('readonly stands for all that change nothing, alone or beside others', () => {
  const reads = [...METHODS.values()].filter(({ access }) => access === 'read').map(({ name }) => name)
  expect(allowed(['readonly'])).toEqual(reads)
  expect(reads).toEqual(expect.arrayContaining(['ping', 'chat.history', 'chat.subscribe', 'node.get_info']))
  for (const name of ['send', 'chat.send', 'node.stop', 'p2p.connect', 'dnet.switch']) expect(reads).not.toContain(name)
  expect(new Set(allowed(['readonly', 'chat.send']))).toEqual(new Set([...reads, 'chat.send']))
})

test('the owner may do all, one whose token was taken away nothing', () => {
  const gone = rights(['*'])
  gone.isRevoked = true
  for (const spec of METHODS.values()) expect([OWNER.allows(spec), gone.allows(spec)]).toEqual([true, false])
})
