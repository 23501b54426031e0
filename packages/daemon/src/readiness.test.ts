import { expect, test } from 'vitest'
import { readinessOf } from './readiness.ts'

test('a node is ready while it keeps peers', () => {
  for (const state of ['open', 'start', 'started'])
    expect(readinessOf([{ state }], false)).toEqual({ ready: false, state, reasons: ['the node asks its seeds for peers'] })
  expect(readinessOf([{ state: 'run' }], false)).toEqual({ ready: true, state: 'run', reasons: [] })
  expect(readinessOf([{ state: 'stopped' }], false)).toEqual({
    ready: false,
    state: 'stopped',
    reasons: ['the node does not run'],
  })
})

test('of several nodes all have to', () => {
  const nodes = [
    { network: 'a', state: 'run' },
    { network: 'b', state: 'start' },
  ]
  expect(readinessOf(nodes, false)).toEqual({
    ready: false,
    state: 'start',
    reasons: ['the node of the network b asks its seeds for peers'],
  })
})

test('a stop is told at once, whatever the nodes do', () => {
  expect(readinessOf([{ state: 'run' }], true)).toEqual({ ready: false, state: 'stopping', reasons: ['the daemon is stopping'] })
})
