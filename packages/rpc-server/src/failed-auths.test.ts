import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { FailedAuths } from './failed-auths.ts'
import { DEFAULT_RPC_LIMITS } from './limits.ts'

function failing(limits = DEFAULT_RPC_LIMITS) {
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  return { clock, logger, failures: new FailedAuths({ limits, clock, logger }) }
}

test('ten at once are told, then one a second; each that is told is logged with its address', async () => {
  const { clock, logger, failures } = failing()
  for (let count = 0; count < 10; count += 1) expect(failures.note('127.0.0.1')).toBe(0)
  for (let count = 0; count < 5; count += 1) expect(failures.note('127.0.0.1')).toBe(1_000)
  expect(failures.note('127.0.0.2')).toBe(0)
  await clock.advance(1_000)
  expect(failures.note('127.0.0.1')).toBe(0)
  expect(failures.note('127.0.0.1')).toBe(1_000)
  expect(logger.records).toHaveLength(12)
  expect(logger.records[0]).toMatchObject({ level: 'warn', fields: { address: '127.0.0.1' } })
  expect(logger.records[10]?.fields).toEqual({ address: '127.0.0.2', untold: 5 })
  expect(logger.records[11]?.fields).toEqual({ address: '127.0.0.1' })
})

test('one network of IPv6 is one address', () => {
  const { failures } = failing({ ...DEFAULT_RPC_LIMITS, failedAuthsBurst: 1 })
  for (const [address, wait] of [
    ['2001:db8:0:1::1', 0],
    ['2001:db8:0:1:ffff::2', 1_000],
    ['2001:db8::1:0:0:0:3', 1_000],
    ['2001:db8:0:2::1', 0],
    ['::1', 0],
    ['::2', 1_000],
    ['::ffff:10.0.0.1', 0],
    ['::ffff:10.0.0.2', 0],
    ['unix', 0],
  ] as const)
    expect([address, failures.note(address)]).toEqual([address, wait])
})

test('of more addresses than are counted the one that began first is forgotten', () => {
  const { failures } = failing({ ...DEFAULT_RPC_LIMITS, failedAuthsBurst: 1, maxFailingAddresses: 2 })
  expect([failures.note('10.0.0.1'), failures.note('10.0.0.2'), failures.note('10.0.0.2')]).toEqual([0, 0, 1_000])
  expect(failures.note('10.0.0.3')).toBe(0)
  expect([failures.note('10.0.0.2'), failures.note('10.0.0.1')]).toEqual([1_000, 0])
})
