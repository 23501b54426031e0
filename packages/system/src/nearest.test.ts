import { expect, test } from 'vitest'
import { editDistance, nearestName } from './nearest.ts'

const NAMES = ['seeds', 'peers', 'inbound', 'inbound_connections', 'outbound_connections', 'localnet']

test.each([
  ['seed', 'seeds'],
  ['sedes', 'seeds'],
  ['Peers', 'peers'],
  ['inbound_conections', 'inbound_connections'],
  ['outbound_connection', 'outbound_connections'],
  ['local_net', 'localnet'],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
  ['a'.repeat(10_000), undefined],
])('%s: %s', (typed, wanted) => {
  expect(nearestName(typed, NAMES)).toBe(wanted)
})

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j: %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
})
