/** `tail -f` and the signals: commands that run until somebody ends them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, Program, SilentServer, until } from '@dchat/e2e'

const LAUNCHER = fileURLToPath(new URL('../bin/dchat-cli.js', import.meta.url))

let node: DaemonNode

beforeEach(async () => {
  node = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
})

afterEach(() => node?.[Symbol.asyncDispose]())

const follow = (...args: string[]): Program => new Program('dchat-cli', ['tail', '-f', '--home', node.home.path, ...args])

describe('tail -f', () => {
  test('follows what a second node sends, each line once, until SIGINT', async () => {
    await node.client.call('chat.send', { text: 'before' })
    await using other = await DaemonNode.running({
      config: { net: [`peers = ["${await node.url()}"]`, 'outbound_connections = 0'], chat: ['nick = "bob"'] },
    })
    await other.hasPeers(1)
    await using tail = follow()
    await tail.says('before')
    for (let index = 0; index < 20; index += 1) await other.client.call('chat.send', { text: `line ${index} ` })
    await tail.says('line 19 ')
    expect(Array.from(tail.stdout.matchAll(/#[a-z2-7]{10}> line (\d+) /g), ([, index]) => Number(index))).toEqual([
      ...Array(20).keys(),
    ])
    tail.kill('SIGINT')
    expect(await tail.ended()).toMatchObject({ code: 130, signal: null, stderr: '' })
  })

  test('--json writes one message a line', async () => {
    await using tail = follow('--json', '-n', '0')
    const sent: unknown[] = []
    // Until it follows it does not say so: the first line it prints is the one sent after it began to.
    await until('it follows', async () => {
      sent.push((await node.client.call('chat.send', { text: `try ${sent.length}` })).seq)
      return tail.stdout.includes('\n')
    })
    const { seq } = await node.client.call('chat.send', { text: 'the last' })
    await tail.says('the last')
    const messages = tail.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number })
    expect(messages.map((message) => message.seq)).toEqual([...sent, seq].slice(-messages.length))
  })

  test('goes on over a restart of the daemon: no line is left out, none comes twice', async () => {
    const { seq } = await node.client.call('chat.send', { text: 'one' })
    await using tail = follow('--json', '--since', '0')
    await tail.says('one')
    for (const [index, signal] of (['SIGTERM', 'SIGKILL'] as const).entries()) {
      await node.client.call('chat.send', { text: `before ${signal}` })
      await node.kill(signal)
      await node.start()
      for (let more = 0; more < 5; more += 1) await node.client.call('chat.send', { text: `after ${signal} ${more}` })
      await tail.says(`after ${signal} 4`)
      expect(tail.stderr.match(/connected again/g)).toHaveLength(index + 1)
    }
    const printed = tail.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number })
    expect(printed).toEqual(await node.history())
    expect(printed[0]!.seq).toBe(seq)
    tail.kill('SIGINT')
    expect(await tail.ended()).toMatchObject({ code: 130 })
  })

  test('ends with 0 when nobody reads any more', async () => {
    await node.client.call('chat.send', { text: 'one' })
    const pipe = spawn(
      'sh',
      ['-c', '"$0" "$1" tail -f -n 1000 --home "$2" | head -n 1; echo done', process.execPath, LAUNCHER, node.home.path],
      { env: { PATH: process.env['PATH'] } },
    )
    const said = text(pipe.stdout)
    let isDone = false
    const closed = once(pipe, 'close').then(() => {
      isDone = true
    })
    // It notices with the next line that it writes.
    await until('the pipe ends', async () => {
      await node.client.call('chat.send', { text: 'more' })
      return isDone
    })
    await closed
    expect(await said).toMatch(/^.*> one\ndone\n$/)
  })
})

describe('SIGINT', () => {
  const interrupted = { code: 130, signal: null, stdout: '', stderr: '' }

  test('ends a send that waits for its text, and nothing is sent', async () => {
    await using send = new Program('dchat-cli', ['send', '-', '--home', node.home.path])
    await send.readsInput()
    send.kill('SIGINT')
    expect(await send.ended()).toEqual(interrupted)
    expect((await node.info()).store.messages).toBe(0)
  })

  test.each(['ping', 'wait-ready'])('ends a %s that gets no answer', async (command) => {
    await using silent = await SilentServer.listen('127.0.0.1')
    await using program = new Program('dchat-cli', [command, '--rpc', `tcp://${silent.address}`, '--home', node.home.path])
    await silent.isConnected()
    program.kill('SIGINT')
    expect(await program.ended()).toEqual(interrupted)
  })
})
