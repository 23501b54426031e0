import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { history, message, startFakeDaemon } from '../testing/fake-daemon.ts'
import type { FakeDaemon } from '../testing/fake-daemon.ts'
import { chunks, run } from '../testing/run.ts'

const ROOM = `p.${'1f'.repeat(20)}`
const INVITATION = `dchat-room:cats:${'A'.repeat(43)}`
const invitation = { room: ROOM, name: 'cats', replaces: null, joined: false }
const lines = [message(1, 'hi'), message(2, INVITATION, { room: `@${'a'.repeat(64)}`, encrypted: 'direct', invitation })]

const daemonThat = (): Promise<FakeDaemon> =>
  startFakeDaemon({ 'room.accept': () => ROOM, 'chat.history': history(lines), 'room.invitation': () => INVITATION })
const taken = ({ calls }: FakeDaemon): unknown[] =>
  calls.filter(({ method }) => method === 'room.accept').map(({ params }) => params)

test.each([
  ['accept', []],
  ['accept', ['-']],
  ['room.accept', []],
  ['room.accept', ['-']],
  ['room.accept', ['invitation=-']],
])('%s %j reads the invitation from stdin, and says nothing of it', async (command, args) => {
  await using daemon = await daemonThat()
  const done = await run([command, ...args], { home: daemon.home, stdin: chunks(`${INVITATION}\n`) })
  expect(done).toEqual({ code: 0, stdout: `${ROOM}\n`, stderr: '' })
  expect(taken(daemon)).toEqual([{ invitation: INVITATION }])
})

test('a file is read, by either name', async () => {
  await using daemon = await daemonThat()
  const path = join(daemon.home, 'invitation')
  writeFileSync(path, `${INVITATION}\n`)
  for (const argv of [
    ['accept', '--file', path],
    ['room.accept', '--file', path],
    ['room.accept', `invitation=@${path}`],
  ])
    expect(await run(argv, daemon)).toEqual({ code: 0, stdout: `${ROOM}\n`, stderr: '' })
  expect(taken(daemon)).toEqual([1, 2, 3].map(() => ({ invitation: INVITATION })))
})

test.each(['accept', 'room.accept'])('%s warns of an invitation on the command line, without repeating it', async (command) => {
  await using daemon = await daemonThat()
  const done = await run([command, INVITATION], daemon)
  expect(done).toMatchObject({ code: 0, stdout: `${ROOM}\n`, stderr: expect.stringContaining('history of your shell') as string })
  expect(done.stderr).not.toContain('AAAA')
  expect(taken(daemon)).toEqual([{ invitation: INVITATION }])
})

test('on a terminal it is asked for, and the first line is taken', async () => {
  await using daemon = await daemonThat()
  const done = await run(['accept'], { home: daemon.home, stdin: chunks(`${INVITATION}\n`, 'more'), isTerminal: true })
  expect(done).toMatchObject({ code: 0, stderr: 'Paste the invitation, then press Enter:\n' })
  expect(taken(daemon)).toEqual([{ invitation: INVITATION }])
  expect(await run(['accept'], { home: daemon.home, isTerminal: true })).toMatchObject({ code: 2 })
})

test('the one in a line is taken by its seq', async () => {
  await using daemon = await daemonThat()
  expect(await run(['accept', '--seq', '2'], daemon)).toMatchObject({ code: 0, stdout: `${ROOM}\n` })
  expect(taken(daemon)).toEqual([{ invitation: INVITATION }])
  for (const seq of ['1', '9']) {
    const done = await run(['accept', '--seq', seq], daemon)
    expect(done).toMatchObject({ code: 2, stderr: `dchat-cli: no invitation stands in line ${seq}\n` })
  }
})

test.each([
  [['accept', INVITATION, INVITATION]],
  [['accept', '-', '--seq', '2']],
  [['accept', '--file', 'a', '--seq', '2']],
  [['accept', '--file', '/nothing/there']],
])('%j is refused', async (argv) => {
  await using daemon = await daemonThat()
  const done = await run(argv, daemon)
  expect(done).toMatchObject({ code: 2, stdout: '' })
  expect(done.stderr).not.toContain('AAAA')
  expect(taken(daemon)).toEqual([])
})

test('an invitation that is printed for a person comes with a warning; a pipe gets it alone', async () => {
  await using daemon = await daemonThat()
  expect(await run(['room.invitation', ROOM], daemon)).toEqual({ code: 0, stdout: `${INVITATION}\n`, stderr: '' })
  const shown = await run(['room.invitation', ROOM], { home: daemon.home, isTerminal: true })
  expect(shown).toMatchObject({ code: 0, stdout: `${INVITATION}\n`, stderr: expect.stringContaining('reads the room') as string })
})
