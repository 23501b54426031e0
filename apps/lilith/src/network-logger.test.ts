import { MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { networkLogger } from './network-logger.ts'

test.each(['error', 'warn', 'info', 'debug', 'trace'] as const)('%s', (level) => {
  const logger = new MemoryLogger()
  const log = networkLogger(logger, 'ants')
  log[level]('plain')
  log[level]('with fields', { count: 1, network: 'not this' })
  expect(logger.records).toEqual([
    { level, message: 'plain', fields: { network: 'ants' } },
    { level, message: 'with fields', fields: { count: 1, network: 'ants' } },
  ])
})
