import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

test('defaults', () => {
  expect(parseArguments([])).toEqual({
    commands: ['network', 'eclipse'],
    nodes: undefined,
    posts: undefined,
    arrivals: 100,
    outbound: 8,
    inbound: 8,
    minutes: 30,
    attackers: [10, 100, 1_000],
    groups: 4,
    days: 7,
    seed: 1,
  })
})

test('what pnpm passes on', () => {
  expect(parseArguments(['--', 'eclipse', '--attackers', '20,30', '--seed=5', '--inbound', '32', '--groups=2'])).toMatchObject({
    commands: ['eclipse'],
    attackers: [20, 30],
    groups: 2,
    seed: 5,
    inbound: 32,
  })
  expect(parseArguments(['all'])).toMatchObject({ commands: ['network', 'eclipse', 'soak', 'posts', 'partition', 'direct'] })
  expect(parseArguments(['partition', '--nodes', '8', '--posts', '30'])).toMatchObject({ nodes: [8], posts: 30 })
  expect(parseArguments(['--nodes', '50', '--attackers', '5'])).toMatchObject({ nodes: [50], attackers: [5] })
  expect(parseArguments(['soak', '--help'])).toBe('help')
})

test.each([
  [['--nodes', '1'], '--nodes "1": must be a whole number, 2 to 10000'],
  [['--nodes', '100,'], '--nodes "": must be a whole number, 2 to 10000'],
  [['--seed', '-1'], "'--seed' argument is ambiguous"],
  [['--seed=1e3'], '--seed "1e3": must be a whole number, 0 to 4294967295'],
  [['--speed', '1'], "Unknown option '--speed'"],
  [['--outbound', '0'], '--outbound "0": must be a whole number, 1 to 64'],
  [['--groups', '257'], '--groups "257": must be a whole number, 1 to 256'],
  [['eclipse', '--nodes', '20'], '--nodes is an option of network and posts and partition and direct, not of eclipse'],
  [['soak', '--inbound', '8'], '--inbound is an option of network and eclipse, not of soak'],
  [['--days', '1'], '--days is an option of soak, not of network and eclipse'],
  [['grow'], 'unknown command "grow": network, eclipse, soak, posts, partition, direct, all'],
  [['network', 'soak'], 'one command at most, got "network soak"'],
])('refuses %j', (args, message) => {
  expect(() => parseArguments(args)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
  )
})
