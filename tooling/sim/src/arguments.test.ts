import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

test('defaults', () => {
  expect(parseArguments([])).toEqual({
    commands: ['network'],
    nodes: [100, 1_000],
    arrivals: 100,
    outbound: 8,
    inbound: 8,
    minutes: 30,
    attackers: [10, 100, 1_000],
    days: 7,
    seed: 1,
  })
})

test('what pnpm passes on', () => {
  expect(parseArguments(['--', 'eclipse', '--nodes', '20,30', '--seed=5', '--inbound', '32'])).toMatchObject({
    commands: ['eclipse'],
    nodes: [20, 30],
    seed: 5,
    inbound: 32,
  })
  expect(parseArguments(['all'])).toMatchObject({ commands: ['network', 'eclipse', 'soak'] })
  expect(parseArguments(['soak', '--help'])).toBe('help')
})

test.each([
  [['--nodes', '1'], '--nodes "1": must be a whole number, 2 to 10000'],
  [['--nodes', '100,'], '--nodes "": must be a whole number, 2 to 10000'],
  [['--seed', '-1'], "'--seed' argument is ambiguous"],
  [['--seed=1e3'], '--seed "1e3": must be a whole number, 0 to 4294967295'],
  [['--speed', '1'], "Unknown option '--speed'"],
  [['grow'], 'unknown command "grow": network, eclipse, soak, all'],
  [['network', 'soak'], 'one command at most, got "network soak"'],
])('refuses %j', (args, message) => {
  expect(() => parseArguments(args)).toThrow(
    expect.objectContaining({ code: 'SIM_USAGE', message: expect.stringContaining(message) }),
  )
})
